import { describe, expect, it } from 'vitest';
import type { BuildRules } from '#core/build-rules.ts';
import type { Delivery, PushEvent } from '#core/delivery.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { aDelivery, aRepository, sha, T0 } from '#test/support/memory/examples.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, published, type Service } from './harness.ts';

const MONOREPO = `
[[images]]
name = "api"
root = "services/api"
[[images]]
name = "web"
root = "web"
dockerfile = "Dockerfile.prod"
[[images]]
name = "docs"
paths = ["docs/**"]
`;

async function aPush(
  event: Partial<PushEvent> = {},
  fields: Partial<Delivery> = {},
  repository: Partial<Repository> = {},
): Promise<Service> {
  const service = aService();
  await service.store.repositories.create(aRepository(repository));
  await service.store.deliveries.create(aDelivery('d-1', event, fields));
  return service;
}
const file = (service: Service, text: string, commit = sha('a')) =>
  service.host.files.set(`${commit}:bitflow.toml`, text);
const changed = (service: Service, paths: string[], from = sha('0'), to = sha('a')) =>
  service.host.changes.set(`${from}..${to}`, { known: true, paths });
const builds = async (service: Service) =>
  (await service.store.builds.list('acme', ALL_BUILDS, { limit: 99, after: null })).items;
const images = async (service: Service) => (await builds(service)).map(({ image }) => image.name).toSorted();

describe('a push to a repository with bitflow.toml', () => {
  it('builds the images that changed, each as the file says', async () => {
    const service = await aPush();
    file(service, MONOREPO);
    changed(service, ['services/api/main.go', 'web/index.html', 'README.md']);
    const decided = await takeIn(service.deps, 'd-1');
    expect(decided?.build_ids).toHaveLength(2);
    const made = await builds(service);
    expect(made.map(({ image }) => image.name).toSorted()).toEqual(['acme/shop/api', 'acme/shop/web']);
    expect(made.find(({ image }) => image.name.endsWith('web'))).toMatchObject({
      root_directory: 'web',
      requested_builder: 'dockerfile',
      config: { dockerfile: { path: 'Dockerfile.prod', target: null } },
      image: { tags: ['main-auto-aaaaaaa', 'latest'] },
    });
    expect(new Set(made.map(({ concurrency }) => concurrency?.group)).size).toBe(2);
    expect(published(service, 'builds')).toHaveLength(2);
  });

  it('builds nothing where no path of an image changed, as in an empty push', async () => {
    const service = await aPush();
    file(service, MONOREPO);
    changed(service, []);
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({
      verdict: 'ignored',
      reason: 'no path that the rules name was changed',
    });
  });

  it.each<[string, (service: Service) => void, Partial<PushEvent>]>([
    [
      'the ref is new, or was deleted before, and there is nothing to ask',
      ({ host }) => {
        host.changedPaths = () => Promise.reject(new Error('asked'));
      },
      { before_sha: null },
    ],
    ['the host does not know what changed', () => {}, {}],
    [
      'the host refuses to say it',
      ({ host }) => {
        host.changedPaths = () => Promise.reject(new UserError('refused', 'no'));
      },
      {},
    ],
    ['it is a git tag', (service) => changed(service, []), { ref: 'refs/tags/v1' }],
  ])('builds all where %s', async (_, given, event) => {
    const service = await aPush(event);
    file(service, MONOREPO);
    given(service);
    await takeIn(service.deps, 'd-1');
    expect(await images(service)).toEqual(['acme/shop/api', 'acme/shop/docs', 'acme/shop/web']);
  });

  it.each<[string, Partial<PushEvent>, number]>([
    ['takes the schedules of the default branch, also where nothing is built', { message: '[skip ci]' }, 1],
    ['takes none of another branch', { ref: 'refs/heads/next' }, 0],
  ])('%s', async (_, event, books) => {
    const service = await aPush(event);
    file(service, '[rules]\nbranches = ["*"]\n[[schedules]]\ncron = "0 3 * * *"\n');
    await takeIn(service.deps, 'd-1');
    const due = await service.store.schedules.due(Number.MAX_SAFE_INTEGER, 9);
    expect(due).toHaveLength(books);
    expect(due).toMatchObject(due.map(() => ({ file: { schedules: [{ cron: '0 3 * * *' }] } })));
  });

  it('leaves the schedules as they are where the file has a mistake', async () => {
    const service = await aPush(
      {},
      {},
      { rules: { schedules: [{ cron: '0 3 * * *', timezone: 'UTC', cache: 'on' }] } },
    );
    file(service, '[[schedules]]\ncron = "every night"\n');
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({ reason: expect.stringContaining('line 2') });
    expect(await service.store.schedules.due(Number.MAX_SAFE_INTEGER, 9)).toEqual([]);
  });

  it('has the file come over what is kept, key by key', async () => {
    const rules: BuildRules = { branches: ['main'], tags: [], concurrency: 'wait' };
    const service = await aPush({ ref: 'refs/heads/next' }, {}, { rules });
    file(service, '[rules]\nbranches = ["next"]\n');
    await takeIn(service.deps, 'd-1');
    expect(await builds(service)).toMatchObject([
      { image: { tags: ['next-auto-aaaaaaa'] }, concurrency: { policy: 'wait' } },
    ]);
  });

  it('fails at once where the file has a mistake, with its line, and wakes who counts', async () => {
    const service = await aPush();
    file(service, 'builder = "nixpacks"\n[rules]\nbranchs = []\n');
    const decided = await takeIn(service.deps, 'd-1');
    expect(decided).toMatchObject({ verdict: 'accepted', reason: expect.stringContaining('line 3') });
    expect(await builds(service)).toMatchObject([
      {
        status: 'failed',
        error: { code: 'config_invalid', source: 'service', message: expect.stringContaining('"branchs"') },
        finished_at: service.clock.now,
        image: { name: 'acme/shop' },
        attempt: 0,
      },
    ]);
  });

  it('ignores a mistake where the kept rules would not build the push', async () => {
    const service = await aPush({ ref: 'refs/heads/dev' });
    file(service, 'nonsense');
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({ verdict: 'ignored' });
    expect(await builds(service)).toEqual([]);
  });

  it('fails where the file is too large, or the host does not show it', async () => {
    const service = await aPush();
    file(service, '#'.repeat(70_000));
    await takeIn(service.deps, 'd-1');
    expect((await builds(service))[0]?.error?.message).toContain('bitflow.toml could not be read: ');
  });
});

describe('a push with [skip ci]', () => {
  it('builds nothing, whether the delivery or the host has the message', async () => {
    const told = await aPush({ message: 'x [skip ci]' });
    const asked = await aPush();
    asked.host.messages.set(sha('a'), 'x [skip ci]');
    for (const service of [told, asked])
      expect(await takeIn(service.deps, 'd-1')).toMatchObject({
        reason: expect.stringContaining('no build'),
      });
  });
});

describe('a push that the host did not sign', () => {
  const sender = { trust: 'sender', received_at: T0 + 9 } as const;

  it('is of the commit that git names, without the order and time that the body claims', async () => {
    const service = await aPush({ commit_sha: sha('f'), message: '[skip ci]' }, sender);
    service.refs.heads.set('refs/heads/main', sha('b'));
    file(service, MONOREPO, sha('b'));
    changed(service, ['docs/x'], sha('0'), sha('b'));
    await takeIn(service.deps, 'd-1');
    expect(await builds(service)).toMatchObject([
      { commit_sha: sha('b'), before_sha: null, pushed_at: T0 + 9, image: { name: 'acme/shop/docs' } },
    ]);
  });

  it('is nothing where git has no such ref, and asks the host for the message', async () => {
    const service = await aPush({}, sender);
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({ reason: 'the host has no branch "main"' });
    const skipped = await aPush({}, sender);
    skipped.refs.heads.set('refs/heads/main', sha('b'));
    skipped.host.messages.set(sha('b'), '[no ci]');
    expect(await takeIn(skipped.deps, 'd-1')).toMatchObject({ verdict: 'ignored' });
  });

  it('asks nobody about what no rules could build', async () => {
    const service = await aPush({ ref: 'refs/heads/a..b' }, sender);
    service.refs.failure = new Error('asked');
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({ verdict: 'ignored' });
  });
});

describe('a host that is away', () => {
  it('leaves the delivery undecided, and it is decided when the message comes again', async () => {
    const service = await aPush();
    file(service, MONOREPO);
    changed(service, ['web/x']);
    const { changedPaths } = service.host;
    service.host.changedPaths = () => Promise.reject(new TransientError('away'));
    await expect(takeIn(service.deps, 'd-1')).rejects.toThrow('away');
    service.host.failure = new TransientError('away');
    await expect(takeIn(service.deps, 'd-1')).rejects.toThrow('away');
    expect(await service.store.deliveries.get('d-1')).toMatchObject({ verdict: 'received' });
    expect(await builds(service)).toEqual([]);
    Object.assign(service.host, { failure: null, changedPaths });
    await Promise.all([1, 2].map(() => takeIn(service.deps, 'd-1')));
    expect(await images(service)).toEqual(['acme/shop/web']);
  });

  it('and one that refuses ends it, with what it said', async () => {
    const service = await aPush({}, { trust: 'sender' });
    service.refs.failure = new UserError('refused', 'the token is gone');
    expect(await takeIn(service.deps, 'd-1')).toMatchObject({
      verdict: 'ignored',
      reason: 'the token is gone',
    });
  });
});

it('a death after any step makes the same builds of a monorepo in the end', async () => {
  for (let died = 0; died < 12; died++) {
    const service = await aPush();
    file(service, MONOREPO);
    let steps = 0;
    const deadly = <T extends object>(port: T): T =>
      new Proxy(port, {
        get(target, name) {
          const value = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            const answer = await value.apply(target, given);
            if (steps++ === died) throw new Error('killed');
            return answer;
          };
        },
      });
    const { store } = service;
    const ports = { deliveries: deadly(store.deliveries), builds: deadly(store.builds) };
    const deps = { ...service.deps, bus: deadly(service.bus), store: { ...store, ...ports } };
    await takeIn(deps, 'd-1').catch(() => {});
    const decided = await takeIn(service.deps, 'd-1');
    expect(await images(service)).toEqual(['acme/shop/api', 'acme/shop/docs', 'acme/shop/web']);
    expect(decided?.build_ids).toHaveLength(3);
  }
});
