import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitee } from '#adapters/git-hosts/gitee/index.ts';
import { giteeWebhooks } from '#adapters/git-hosts/gitee/webhooks.ts';
import { github } from '#adapters/git-hosts/github/index.ts';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { gitlab } from '#adapters/git-hosts/gitlab/index.ts';
import { gitlabWebhooks } from '#adapters/git-hosts/gitlab/webhooks.ts';
import type { BuildRules } from '#core/build-rules.ts';
import { repositoryId } from '#core/ids.ts';
import { hostTokenId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { giteeStandIn } from '#local/git-hosts/gitee.ts';
import { githubStandIn } from '#local/git-hosts/github.ts';
import { gitlabStandIn } from '#local/git-hosts/gitlab.ts';
import { aDelivery, aRepository } from '#test/support/memory/examples.ts';
import { aService } from '#test/unit/use-cases/harness.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { type HostUnderTest, type Place, startPlace } from './place.ts';

/** The images of the rules, and what git itself takes for what concerns each (gitglossary(7), "pathspec"). */
const IMAGES: Readonly<Record<string, { rule: object; pathspec: readonly string[] }>> = {
  api: { rule: { root: 'api' }, pathspec: [':(glob)api/**', ':(glob)bitflow.toml'] },
  web: { rule: { root: 'apps/web ü' }, pathspec: [':(glob)apps/web ü/**', ':(glob)bitflow.toml'] },
  lib: {
    rule: { root: '.', paths: ['lib/**', '!lib/test/**', '**/*.md'] },
    pathspec: [':(glob)lib/**', ':(glob)**/*.md', ':(exclude,glob)lib/test/**'],
  },
};
const images = Object.entries(IMAGES).map(([name, { rule }]) => ({ name, root: '.', ...rule }));
const RULES: BuildRules = { images };

const PATHS = [
  'api/a.ts',
  'api/b #?%2F.ts',
  'api/x/y.md',
  'apps/web ü/index.html',
  'apps/web',
  'lib/a.ts',
  'lib/test/a.ts',
  'README.md',
  'bitflow.toml',
  'api',
] as const;
const path = fc.constantFrom(...PATHS);
/** What a commit does. Source of the kinds: what `git diff` tells apart. */
const change = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), path, text: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rename' as const), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mode' as const), path }) },
);
/** A push: some commits on top of what is there, of an earlier commit (a force push), or of a merge of both. */
const push = fc.record({
  on: fc.constantFrom('head' as const, 'head' as const, 'earlier' as const, 'merge' as const),
  at: fc.nat(99),
  commits: fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 3 }),
});
type Push = (typeof push extends fc.Arbitrary<infer P> ? P : never) & object;

/** A pathspec that names a file names all below a folder of that name, too: no folder gets the name of a file. */
function isNamedWell(git: Place['git'], from: string, to: string): boolean {
  return git.run('ls-files', '-z', '--', from) === `${from}\0` || !to.includes('.');
}

function act({ git }: Place, commits: Push['commits']): string {
  for (const changes of commits) {
    for (const done of changes) {
      try {
        if (done.kind === 'write') git.write(done.path, `# ${done.text}\n`);
        else if (done.kind === 'remove') git.remove(done.path);
        else if (done.kind === 'rename' && isNamedWell(git, done.path, done.to))
          git.run('mv', '-k', '-f', done.path, done.to);
        else if (done.kind === 'rename') continue;
        else if (git.run('ls-files', '--stage', '--', done.path).endsWith(`\t${done.path}\n`))
          git.write(done.path, '# mode\n', 0o755);
      } catch {
        // There is no such file now, or a folder is in its place.
      }
    }
    git.run('add', '--all', '--ignore-errors');
    git.run('commit', '--quiet', '--allow-empty', '-m', 'more');
  }
  return git.push();
}

function pushed(place: Place, { on, at, commits }: Push, known: readonly string[]): string {
  const { git } = place;
  const earlier = known[at % known.length] ?? 'HEAD';
  if (on === 'earlier') git.run('reset', '--quiet', '--hard', earlier);
  // What the merge would conflict about stays as it is here.
  if (on === 'merge')
    git.run('merge', '--quiet', '--no-ff', '-X', 'ours', '-s', 'ours', '-m', 'merge', earlier);
  return act(place, commits);
}

const HOSTS: readonly Omit<HostUnderTest, 'told'>[] = [
  {
    standIn: githubStandIn,
    webhooks: githubWebhooks,
    make: (at) => github({ ...at, token: null, app: null }),
  },
  { standIn: gitlabStandIn, webhooks: gitlabWebhooks, make: gitlab },
  { standIn: giteeStandIn, webhooks: giteeWebhooks, make: gitee },
];

describe.each(HOSTS)('of random histories, on $webhooks.platform', (host) => {
  let place: Place;
  beforeAll(async () => {
    place = await startPlace({ ...host, told: () => [] });
  });
  afterAll(() => place.close());

  it('the paths that the rules see are those of git diff', async () => {
    const { platform } = host.webhooks;
    const { git } = place;
    const service = aService();
    const repository = aRepository({
      id: repositoryId(platform, 'acme/shop'),
      platform,
      rules: RULES,
      credential: 'own',
    });
    await service.store.repositories.create(repository);
    await service.secrets.put(hostTokenId(repository.connection_id), new Secret('admin-token'));
    const deps = { ...service.deps, hosts: { ...service.hosts, [platform]: place.host } };
    git.write('README.md', 'Shop\n');
    const commits = [git.commit('first')];
    let deliveries = 0;
    await fc.assert(
      fc.asyncProperty(push, async (wanted) => {
        const before = commits.at(-1) ?? '';
        const after = pushed(place, wanted, commits);
        commits.push(after);
        const changed = await place.host.changedPaths(place.access(), before, after);
        expect({ ...changed, paths: changed.known ? changed.paths.toSorted() : null }).toEqual({
          known: true,
          paths: git.diff(before, after),
        });
        const id = `d-${deliveries++}`;
        const event = { before_sha: before, commit_sha: after };
        await service.store.deliveries.create(aDelivery(id, event, { platform }));
        const decided = await takeIn(deps, id);
        const built = await Promise.all(
          (decided?.build_ids ?? []).map((one) => service.store.builds.get(one)),
        );
        const names = built.map((build) => build?.image.name.split('/').at(-1)).toSorted();
        const concerned = Object.entries(IMAGES).filter(
          ([, { pathspec }]) => git.run('diff', '--name-only', before, after, '--', ...pathspec) !== '',
        );
        expect(names).toEqual(concerned.map(([name]) => name).toSorted());
      }),
      // what was pushed stays, so that no smaller history can be tried
      { numRuns: 25, endOnFailure: true },
    );
  }, 300_000);
});
