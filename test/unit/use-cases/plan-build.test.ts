import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import { UserError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';
import { aRepository, aTeam, sha } from '#test/support/memory/examples.ts';
import { memoryHost } from '#test/support/memory/git-host.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { A_PLAN, memoryPlanner } from '#test/support/memory/planner.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';
import { type PlanBuildDeps, planBuild } from '#use-cases/plan-build.ts';

const repository = aRepository({
  root_directory: 'web',
  variables: { build: { MODE: 'theirs' }, run: { PORT: '80' } },
  secrets: { API_KEY: { created_at: 1, updated_at: 1 } },
});
const refs = {
  resolve: async (_: string, asked: readonly string[]) =>
    new Map(asked.filter((ref) => /main$|pull/.test(ref)).map((ref) => [ref, sha('a')])),
};

function given(planner = memoryPlanner()) {
  const host = memoryHost('github', { username: 'x', password: new Secret('clone-password') });
  const deps: PlanBuildDeps = {
    store: memoryStore(),
    planner,
    refs,
    host,
    secrets: memorySecrets(),
    now: () => 0,
  };
  return { planner, plan: (request: object = {}) => planBuild(deps, aTeam(), repository, request) };
}

describe('planning a build', () => {
  it('asks for what the builder would be given, secrets by name only', async () => {
    const { planner, plan } = given();
    const config = { ...DEFAULT_CONFIG, build_args: { MODE: 'ours' } };
    expect(await plan({ builder_type: 'nixpacks', config })).toEqual({
      ref: 'refs/heads/main',
      commitSha: sha('a'),
      tags: ['main-auto-aaaaaaa', 'latest'],
      plan: A_PLAN,
      error: null,
    });
    expect(planner.asked).toEqual([
      {
        version: 1,
        build: {
          repository: 'acme/shop',
          ref: 'refs/heads/main',
          commit_sha: sha('a'),
          root_directory: 'web',
          builder_type: 'nixpacks',
          trusted: true,
          config: { ...DEFAULT_CONFIG, build_args: { MODE: 'ours' }, environment: { PORT: '80' } },
        },
        clone: {
          url: repository.clone_url,
          credential: { username: 'x', password: 'clone-password' },
        },
        secret_names: ['API_KEY'],
      },
    ]);
  });

  it('names no secret for a pull request, whose build gets none', async () => {
    const { planner, plan } = given();
    await plan({ ref: 'refs/pull/7/head' });
    expect(planner.asked).toMatchObject([{ build: { trusted: false }, secret_names: [] }]);
  });

  it('names the tag that was asked for', async () => {
    expect(await given().plan({ image_tag: 'mine' })).toMatchObject({ tags: ['mine'] });
  });

  it('hands on what the build would fail with', async () => {
    const error = { code: 'no_builder', message: 'why' } as const;
    expect(await given(memoryPlanner({ error })).plan()).toMatchObject({ plan: null, error });
  });

  it('refuses what a build would be refused for', async () => {
    const { planner, plan } = given();
    await expect(plan({ timeout_s: 86_401 })).rejects.toThrow(UserError);
    expect(planner.asked).toEqual([]);
  });

  it('plans nothing that the host does not have', async () => {
    const { planner, plan } = given();
    await expect(plan({ branch: 'nothing' })).rejects.toThrow(UserError);
    expect(planner.asked).toEqual([]);
  });
});
