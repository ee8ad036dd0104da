import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Build } from '#core/build.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { TransientError } from '#core/errors.ts';
import { IDEMPOTENCY_MS } from '#core/idempotency.ts';
import { tokenHash } from '#core/ids.ts';
import { ALL_BUILDS, type RefLookup, type ReplayBus } from '#core/ports.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { anApi } from '#test/support/api.ts';
import { aBuild, aRegistry, aRepository, aResult, aTeam, sha } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';
import { sweep } from '#use-cases/sweep.ts';

const TOKEN = 'bft_0123456789abcdef';
const limits = { ...DEFAULT_LIMITS, build_timeout_s: 3_600, machine_type: 'E2_HIGHCPU_8' } as const;
const variables = { build: { CI: '1', MODE: 'repository' }, run: { PORT: '80', MODE: 'repository' } };
const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`A${index}`, '']));
const Answer = z.looseObject({ id: z.string() });

/** The API of team `acme`, whose `acme/shop` has a branch `main`; `head` is where it points. */
async function given(fields: { bus?: ReplayBus } = {}) {
  const service = aService();
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ tokens, teams: [aTeam({ limits })] });
  await store.repositories.create(
    aRepository({ variables, secrets: { TOKEN: { created_at: 1, updated_at: 1 } } }),
  );
  await store.registries.create(aRegistry({ credential_at: 1 }));
  await store.registries.create(aRegistry({ url: 'ghcr.io/bare' }));
  await store.registries.create(aRegistry({ team: 'other', url: 'ghcr.io/x', credential_at: 1 }));
  const head = { sha: sha('a') };
  const refs: RefLookup = {
    resolve: async (_, refs) =>
      new Map(refs.filter((ref) => ref === 'refs/heads/main').map((ref) => [ref, head.sha])),
  };
  const api = anApi({ ...fields, store, refs }, service);
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const sent = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers };
    const answer = await api.request(path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json(), headers: answer.headers };
  };
  const create = (body: object, headers?: Record<string, string>) =>
    post('/v1/builds', { repository_id: 'acme/shop', ...body }, headers);
  const stored = async (body: unknown) => store.builds.get(Answer.parse(body).id);
  const all = async () => (await store.builds.list('acme', ALL_BUILDS, { limit: 100, after: null })).items;
  return { service, api, store, head, post, create, stored, all };
}

describe('POST /v1/builds', () => {
  it('keeps what is asked for, over the variables of the repository', async () => {
    const { create, stored } = await given();
    const { status, body } = await create({
      branch: 'main',
      build_config: {
        nixpacks_version: '1.41.0',
        image_name: 'shop/web',
        build_timeout: 3_600,
        environment: { MODE: 'asked' },
        build_args: { MODE: 'asked too' },
        cache: 'refresh',
        platforms: ['linux/amd64'],
        scan_on_push: false,
      },
    });
    expect(status).toBe(201);
    expect(await stored(body)).toMatchObject({
      image: { registry: null, name: 'acme/shop/web', tags: ['main-auto-aaaaaaa', 'latest'] },
      timeout_s: 3_600,
      machine_type: 'E2_HIGHCPU_8',
      config: {
        environment: { PORT: '80', MODE: 'asked' },
        build_args: { CI: '1', MODE: 'asked too' },
        cache: 'refresh',
        platforms: ['linux/amd64'],
        nixpacks_version: '1.41.0',
      },
    });
    expect(body).toMatchObject({
      build_config: {
        image_name: 'acme/shop/web',
        registry_url: null,
        build_timeout: 3_600,
        cache: 'refresh',
      },
      retry_of: null,
    });
  });

  it('is made where it is there and nobody could be told: to try again would make two', async () => {
    let away = true;
    const published: string[] = [];
    const bus: ReplayBus = {
      publishBytes: async () => undefined,
      publish: async (topic) => {
        if (away) throw new TransientError('the bus is away');
        published.push(topic);
      },
    };
    const { create, all, service, store } = await given({ bus });
    expect(await create({ branch: 'main' })).toMatchObject({ status: 201, body: { status: 'queued' } });
    expect(await all()).toMatchObject([{ effects: [{ kind: 'wake_submit' }] }]);
    away = false;
    await sweep({ ...service.deps, store, bus, now: () => service.clock.now + 1_000_000 });
    expect(await all()).toMatchObject([{ effects: [] }]);
    expect(published).toContain('builds');
  });

  it('releases to a registry of the team’s own', async () => {
    const { create, stored } = await given();
    const { body } = await create({ build_config: { registry_url: 'ghcr.io/acme' } });
    expect(body).toMatchObject({ build_config: { registry_url: 'ghcr.io/acme' } });
    expect(await stored(body)).toMatchObject({ image: { registry: 'ghcr.io/acme', name: 'acme/shop' } });
  });

  it('builds as usual where nothing is said', async () => {
    const { create, stored } = await given();
    const { body } = await create({});
    expect(await stored(body)).toMatchObject({
      timeout_s: 1_800,
      image: { name: 'acme/shop' },
      config: { ...DEFAULT_CONFIG, environment: variables.run, build_args: variables.build },
    });
  });

  it('cuts the time that nobody asked for to what the team has', async () => {
    const { create, store, stored } = await given();
    await store.teams.change('acme', { limits: { ...limits, build_timeout_s: 600 } });
    const { body } = await create({ build_config: { cache: 'off' } });
    expect(await stored(body)).toMatchObject({ timeout_s: 600 });
  });

  it.each([
    ['a version of nixpacks that there is not', { nixpacks_version: '1.0.0' }, 'nixpacks_version', '1.41.0'],
    ['a name that climbs', { image_name: '../other/shop' }, 'image_name', 'OCI repository name'],
    ['a name in capitals', { image_name: 'Shop' }, 'image_name', 'lower-case'],
    ['more time than there is', { build_timeout: 86_401 }, 'build_timeout', '86400'],
    ['a scan', { scan_on_push: true }, 'scan_on_push', 'not scanned yet'],
    ['two platforms', { platforms: ['linux/amd64', 'linux/amd64'] }, 'platforms', 'one platform'],
    ['another platform', { platforms: ['linux/arm64'] }, 'platforms.0', 'linux/amd64'],
    ['a field that there is not', { cash: 'on' }, 'cash', 'no such field'],
    ['a cache that there is not', { cache: 'maybe' }, 'cache', '"refresh"'],
    ['a variable with a space', { environment: { 'A B': '1' } }, 'environment.A B', 'letters, digits and _'],
    ['a value with a NUL', { build_args: { A: 'x\0y' } }, 'build_args.A', 'NUL'],
    ['too much', { build_args: { A: 'x'.repeat(40_000) } }, 'build_args', '32 KiB'],
  ] as const)('refuses %s, and says what it takes', async (_, config, path, accepted) => {
    const { create, all } = await given();
    const { status, body } = await create({ build_config: config });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: [{ path: `build_config.${path}`, message: expect.stringContaining(accepted) }],
      },
    });
    expect(await all()).toEqual([]);
  });

  it.each(['', '/plan'])(
    'refuses what is too much with the repository’s own variables: /v1/builds%s',
    async (below) => {
      const { post, store, all } = await given();
      const own = await store.repositories.get(aRepository().id);
      const run = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`OWN_${n}`, 'x']));
      await store.repositories.change(own ?? aRepository(), (known) => ({
        ...known,
        variables: { build: {}, run },
      }));
      const environment = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`ASKED_${n}`, 'x']));
      const body = { repository_id: 'acme/shop', branch: 'main', build_config: { environment } };
      expect(await post(`/v1/builds${below}`, body)).toMatchObject({
        status: 422,
        body: { errors: [{ path: 'build_config.environment', message: 'may be 100 at most' }] },
      });
      expect(await all()).toEqual([]);
    },
  );

  it.each([
    ['a registry that is not the team’s', { registry_url: 'ghcr.io/x' }, 'registry_url', 'ghcr.io/acme'],
    ['a registry without a credential', { registry_url: 'ghcr.io/bare' }, 'registry_url', '/credential'],
    ['more time than the team has', { build_timeout: 3_601 }, 'build_timeout', '3600'],
    ['an argument like a secret', { build_args: { TOKEN: '1' } }, 'build_args.TOKEN', 'build secret'],
    ['a variable like a secret', { environment: { TOKEN: '1' } }, 'environment.TOKEN', 'build secret'],
    [
      'an order to BuildKit',
      { build_args: { buildkit_syntax: 'x' } },
      'build_args.buildkit_syntax',
      'cannot',
    ],
    ['an argument of ours', { build_args: { BITFLOW_ENV_A: 'x' } }, 'build_args.BITFLOW_ENV_A', 'cannot'],
    ['too much with the repository’s', { environment: hundred }, 'environment', '100 at most'],
  ] as const)(
    'refuses %s, which this team or repository does not have',
    async (_, config, path, accepted) => {
      const { create, all } = await given();
      const { status, body } = await create({ build_config: config });
      expect({ status, body }).toMatchObject({
        status: 422,
        body: {
          code: 'refused',
          errors: [{ path: `build_config.${path}`, message: expect.stringContaining(accepted) }],
        },
      });
      expect(await all()).toEqual([]);
    },
  );
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k-1' };

  it('gives the same answer for the same request, in whatever order its fields come', async () => {
    const { create, all, head } = await given();
    const first = await create({ branch: 'main', build_config: { environment: { A: '1', B: '2' } } }, key);
    head.sha = sha('b');
    const again = await create({ build_config: { environment: { B: '2', A: '1' } }, branch: 'main' }, key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    expect(await all()).toHaveLength(1);
  });

  it('is refused for another request, and takes no part in the key of another operation', async () => {
    const { create, post, store, all } = await given();
    await store.builds.create(aBuild('old', { status: 'failed', finished_at: 1, ref: 'refs/heads/main' }));
    await create({ branch: 'main' }, key);
    expect(await create({ branch: 'main', image_tag: 'x' }, key)).toMatchObject({ status: 409 });
    expect(await post(`/v1/builds/${aBuild('old').id}/retry`, {}, key)).toMatchObject({ status: 201 });
    expect(await all()).toHaveLength(3);
  });

  it('may be used again after 24 h', async () => {
    const { create, service, all } = await given();
    const first = await create({ branch: 'main' }, key);
    service.clock.now += IDEMPOTENCY_MS;
    const second = await create({ branch: 'main', image_tag: 'x' }, key);
    expect(second.status).toBe(201);
    expect(second.body).not.toMatchObject({ id: Answer.parse(first.body).id });
    expect(await all()).toHaveLength(2);
  });

  it('makes one build where many ask at once, and all get its answer', async () => {
    const { create, all } = await given();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ branch: 'main' }, key)));
    const [build] = await all();
    expect(await all()).toHaveLength(1);
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 201, body: { id: build?.id } });
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('finds the build that a try made which died before it could answer', async () => {
    const { create, all, head, store } = await given();
    const { finish } = store.idempotency;
    let away = true;
    Object.assign(store.idempotency, {
      finish: async (...args: Parameters<typeof finish>) => {
        if (away) throw new TransientError('the store is away');
        return finish(...args);
      },
    });
    expect(await create({ branch: 'main' }, key)).toMatchObject({ status: 503 });
    away = false;
    head.sha = sha('b');
    expect(await create({ branch: 'main' }, key)).toMatchObject({
      status: 201,
      body: { commit_sha: sha('a') },
    });
    expect(await all()).toHaveLength(1);
  });

  it.each(['', 'with space', 'ż', 'x'.repeat(256)])('refuses %j as a key', async (value) => {
    const { create } = await given();
    const answer = await create({}, { 'idempotency-key': encodeURI(value) === value ? value : 'a b' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'idempotency-key' }] } });
  });
});

describe('POST /v1/builds/{id}/retry', () => {
  const ended: Partial<Build> = {
    status: 'succeeded',
    finished_at: 5,
    order: 7,
    before_sha: sha('0'),
    result: aResult(),
    requested_builder: 'dockerfile',
    root_directory: 'web',
    config: { ...DEFAULT_CONFIG, cache: 'off', environment: { A: '1' } },
    timeout_s: 60,
  };
  const first = aBuild('first', ended);
  const path = (build: Build) => `/v1/builds/${build.id}/retry`;

  it('builds the same commit as it was asked for then, in its place among the pushes', async () => {
    const { store, post, stored } = await given();
    await store.builds.create(first);
    const { status, body } = await post(path(first), {});
    expect(status).toBe(201);
    const again = await stored(body);
    const same = ['commit_sha', 'ref', 'before_sha', 'pushed_at', 'order', 'image', 'config'] as const;
    for (const field of same) expect(again?.[field]).toEqual(first[field]);
    expect(again).toMatchObject({
      ...{ status: 'queued', retry_of: first.id, requested_builder: 'dockerfile', root_directory: 'web' },
      ...{
        timeout_s: 60,
        attempt: 0,
        result: null,
        finished_at: null,
        origin: { kind: 'api', caller_id: 't-1' },
      },
    });
    expect(body).toMatchObject({ retry_of: first.id });
  });

  it.each([
    ['nothing at all', {}],
    ['no body, with a type', { 'content-type': 'application/json' }],
  ])('builds the same commit where it is sent %s', async (_, headers: Record<string, string>) => {
    const { api, store, stored, head } = await given();
    await store.builds.create(first);
    head.sha = sha('b');
    const authorization = `Bearer ${TOKEN}`;
    const answer = await api.request(path(first), { method: 'POST', headers: { authorization, ...headers } });
    expect(answer.status).toBe(201);
    expect(await stored(await answer.json())).toMatchObject({ commit_sha: first.commit_sha, order: 7 });
  });

  it('names the first build, also where a retry is retried', async () => {
    const { store, post } = await given();
    const second = aBuild('second', { ...ended, retry_of: first.id });
    await store.builds.create(second);
    expect(await post(path(second), { at: 'commit' })).toMatchObject({ body: { retry_of: first.id } });
  });

  it('builds the head of the ref as a new push, with the tags that it gets', async () => {
    const { store, post, stored, head, service } = await given();
    await store.builds.create(first);
    head.sha = sha('b');
    const { body } = await post(path(first), { at: 'head' });
    expect(await stored(body)).toMatchObject({
      ...{ commit_sha: sha('b'), order: null, before_sha: null, pushed_at: service.clock.now },
      ...{ config: first.config, retry_of: first.id },
      image: { tags: ['main-auto-bbbbbbb', 'latest'] },
    });
  });

  it('keeps a tag that somebody had named', async () => {
    const { store, post, stored } = await given();
    const named = aBuild('named', { ...ended, image: { ...first.image, tags: ['mine'] } });
    await store.builds.create(named);
    expect(await stored((await post(path(named), { at: 'head' })).body)).toMatchObject({
      image: { tags: ['mine'] },
    });
  });

  it('is refused while the build goes on, without a repository, and at the head of a bare commit', async () => {
    const { store, post } = await given();
    const running = aBuild('running', { status: 'running' });
    const orphan = aBuild('orphan', { ...ended, repository_id: 'r-gone' });
    const bare = aBuild('bare', { ...ended, ref: null });
    for (const build of [running, orphan, bare]) await store.builds.create(build);
    expect(await post(path(running), {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('cancel it first') },
    });
    expect(await post(path(orphan), {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('no longer connected') },
    });
    expect(await post(path(bare), { at: 'head' })).toMatchObject({ status: 409 });
    expect(await post(path(bare), {})).toMatchObject({ status: 201 });
  });

  it('does not know the build of another team', async () => {
    const { store, post } = await given();
    await store.builds.create(aBuild('first', { ...ended, team: 'other' }));
    expect(await post(path(first), {})).toMatchObject({ status: 404 });
  });
});
