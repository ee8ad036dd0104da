import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { sha } from '#test/support/memory/examples.ts';
import { A_PLAN } from '#test/support/memory/planner.ts';
import { folderWith } from '#test/unit/builder-image/support/folder.ts';
import { Repositories } from '#test/unit/builder-image/support/repository.ts';
import { aCreator, TOKEN } from '#test/unit/handlers/create-harness.ts';
import { planJson, runPlan } from './support.ts';

const APP = { 'web/package.json': '{"scripts":{"start":"node x.js"}}' };

/** A service that knows `acme/shop`, and somebody who is signed in there, in a clone of it. */
async function world() {
  const creator = await aCreator();
  const env = { BITFLOW_URL: await serveApi(creator.api), BITFLOW_TOKEN: TOKEN };
  const repositories = await Repositories.make();
  const commit = await repositories.commit('shop', APP);
  repositories.git('shop', 'remote', 'add', 'origin', 'https://github.com/acme/shop.git');
  return {
    ...creator,
    env,
    commit,
    cwd: join(repositories.folder, 'shop'),
    asked: creator.service.planner.asked,
  };
}

describe('bitflow plan --remote', () => {
  it('has the service plan the default branch, and shows it the same way', async () => {
    const { env, cwd, asked } = await world();
    const said = await runPlan(cwd, ['--remote'], { env });
    expect(said, said.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout.split('\n').slice(0, 2)).toEqual([
      'dockerfile: there is a Dockerfile',
      '  plan of     acme/shop at aaaaaaa (refs/heads/main)',
    ]);
    expect(asked).toMatchObject([{ build: { repository: 'acme/shop', ref: 'refs/heads/main' } }]);
    const json = await runPlan(cwd, ['--remote', '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ commit_sha: sha('a'), plan: A_PLAN, error: null });
  });

  it('sends what was asked for, and a commit by its full id', async () => {
    const { env, cwd, asked, commit } = await world();
    const args = [
      '--builder',
      'nixpacks',
      '--env',
      'A=1',
      '--build-arg',
      'B=2',
      '--nixpacks-version',
      '1.41.0',
    ];
    await runPlan(cwd, ['--remote', '--commit', 'HEAD', ...args], { env });
    expect(asked).toMatchObject([
      {
        build: {
          ...{ commit_sha: commit, ref: null, builder_type: 'nixpacks' },
          config: {
            environment: expect.objectContaining({ A: '1', PORT: '80' }),
            build_args: expect.objectContaining({ B: '2' }),
            nixpacks_version: '1.41.0',
          },
        },
      },
    ]);
    const elsewhere = await runPlan(
      await folderWith({}),
      ['--remote', '-R', 'acme/shop', '--commit', 'HEAD'],
      { env },
    );
    expect(elsewhere).toMatchObject({ code: 4, stdout: '' });
  });

  it('says what the service says', async () => {
    const { env, cwd } = await world();
    const branch = await runPlan(cwd, ['--remote', '--branch', 'nothing'], { env });
    expect(branch.stderr).toContain('acme/shop has no');
    expect(await runPlan(cwd, ['--remote', '-R', 'no/body'], { env })).toMatchObject({ code: 4 });
    expect(await runPlan(cwd, ['--remote'], { env: { BITFLOW_URL: env.BITFLOW_URL } })).toMatchObject({
      code: 3,
    });
  });
});

describe('bitflow plan --connected', () => {
  it('plans the files here with what the service keeps of the repository', async () => {
    const { env, cwd, asked } = await world();
    const { view, code } = await planJson(
      cwd,
      ['--connected', '--root-directory', 'web', '--secret', 'MORE'],
      { env },
    );
    expect(code).toBe(0);
    expect(view).toMatchObject({ repository: 'acme/shop', root_directory: 'web' });
    expect(view.plan?.secrets).toEqual(['MORE', 'TOKEN']);
    expect(view.plan?.variables.runtime).toEqual(expect.arrayContaining(['MODE', 'PORT']));
    expect(view.plan?.variables.build).toEqual(expect.arrayContaining(['CI', 'MODE']));
    expect(asked).toEqual([]);
  });

  it('asks nobody otherwise', async () => {
    const { cwd } = await world();
    const env = { BITFLOW_URL: 'https://builds.invalid', BITFLOW_TOKEN: TOKEN };
    expect((await planJson(cwd, ['web'], { env })).view.plan?.secrets).toEqual([]);
    expect(await runPlan(cwd, ['--connected', '-R', 'no/body'], { env: (await world()).env })).toMatchObject({
      code: 4,
    });
  });
});
