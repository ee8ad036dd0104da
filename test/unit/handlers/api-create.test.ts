import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { TransientError } from '#core/errors.ts';
import type { ReplayBus } from '#core/ports.ts';
import { aRepository } from '#test/support/memory/examples.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aCreator, hundred, limits, variables } from './create-harness.ts';

describe('POST /v1/builds', () => {
  it('trusts what is on a branch, and not what anybody may have put into a pull request', async () => {
    const { create, stored } = await aCreator();
    expect(await stored((await create({ branch: 'main' })).body)).toMatchObject({ trusted: true });
    const asked = await create({ ref: 'refs/pull/7/head' });
    expect(await stored(asked.body)).toMatchObject({ trusted: false, ref: 'refs/pull/7/head' });
  });

  it('takes names of 255 characters, alone and in a full ref', async () => {
    const { create } = await aCreator();
    for (const unit of ['x', '文']) {
      const name = unit.repeat(255);
      for (const asked of [{ branch: name }, { ref: name }, { ref: `refs/heads/${name}` }])
        expect(await create(asked)).toMatchObject({ status: 422 }); // no such branch is there
    }
    expect(await create({ branch: 'x'.repeat(256) })).toMatchObject({ status: 400 });
  });

  it('keeps what is asked for, over the variables of the repository', async () => {
    const { create, stored } = await aCreator();
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
    const { create, all, service, store } = await aCreator({ bus });
    expect(await create({ branch: 'main' })).toMatchObject({ status: 201, body: { status: 'queued' } });
    expect(await all()).toMatchObject([{ effects: [{ kind: 'wake_submit' }, { kind: 'report' }] }]);
    away = false;
    await sweep({ ...service.deps, store, bus, now: () => service.clock.now + 1_000_000 });
    expect(await all()).toMatchObject([{ effects: [{ kind: 'report' }] }]);
    expect(published).toEqual(expect.arrayContaining(['builds', 'reports']));
  });

  it('is refused for a team without registries, with what has to be done', async () => {
    const { create, all } = await aCreator({ provisioned: new Set(['other']) });
    expect(await create({ build_config: { registry_url: 'ghcr.io/acme' } })).toMatchObject({
      status: 409,
      body: {
        code: 'team_not_provisioned',
        detail: expect.stringMatching(/adds acme to teams .*, and deploys$/),
      },
    });
    expect(await all()).toEqual([]);
  });

  it('releases to a registry of the team’s own', async () => {
    const { create, stored } = await aCreator();
    const { body } = await create({ build_config: { registry_url: 'ghcr.io/acme' } });
    expect(body).toMatchObject({ build_config: { registry_url: 'ghcr.io/acme' } });
    expect(await stored(body)).toMatchObject({ image: { registry: 'ghcr.io/acme', name: 'acme/shop' } });
  });

  it('builds as usual where nothing is said', async () => {
    const { create, stored } = await aCreator();
    const { body } = await create({});
    expect(await stored(body)).toMatchObject({
      timeout_s: 1_800,
      image: { name: 'acme/shop' },
      config: { ...DEFAULT_CONFIG, environment: variables.run, build_args: variables.build },
    });
  });

  it('cuts the time that nobody asked for to what the team has', async () => {
    const { create, store, stored } = await aCreator();
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
    const { create, all } = await aCreator();
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
      const { post, store, all } = await aCreator();
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
    [
      'a registry without a credential',
      { registry_url: 'ghcr.io/bare' },
      'registry_url',
      'no credential yet',
    ],
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
      const { create, all } = await aCreator();
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
