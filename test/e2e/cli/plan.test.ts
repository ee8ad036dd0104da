import { readdirSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { LocalPlanView } from '#cli/plan/view.ts';
import { PlannedView } from '#core/api/plan.ts';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { inPipe, inTerminal } from '#test/support/cli/installed.ts';
import { signedIn } from '#test/support/cli/signed-in.ts';
import { stable } from '#test/support/cli/stable.ts';
import { APPS_FOLDER, readExpectation } from '#test/support/expect.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const { cacheDir } = await readMachine();
/** As on a machine where the local service was set up: its nixpacks and its overlay are found. */
const env = { ...signedIn(info), XDG_CACHE_HOME: dirname(cacheDir) };

/** The characters of the plan, as they were printed. */
const planIn = (stdout: string): string =>
  stdout.slice(stdout.indexOf('"plan": '), stdout.lastIndexOf('"error": '));

describe('the plan that is made here is the service’s, byte for byte', () => {
  test.for(readdirSync(APPS_FOLDER))('of the sample app %s', async (app) => {
    const { root_directory } = await readExpectation(app);
    const repository = await testRepository(info, {
      folder: join(APPS_FOLDER, app),
      connect: { root_directory },
    });
    const commit = await repository.copy.commitAndPush('first', 'main');
    const at = `/v1/repositories/${repository.id}`;
    expect((await client.request('PUT', `${at}/secrets/API_KEY`, { value: 'k3y-9d8f7a6b5c' })).status).toBe(
      204,
    );
    const variables = {
      build: { MODE: 'fast', EMPTY: '' },
      run: { GREETING: 'hello\nyou', NODE_ENV: 'test' },
    };
    expect((await client.request('PUT', `${at}/variables`, variables)).status).toBe(200);
    const asked = ['--env', 'LATER=1', '--build-arg', 'MODE=slow', '--json'];

    const here = await inPipe(['plan', '--connected', ...asked], { env, cwd: repository.copy.dir });
    const there = await inPipe(['plan', '--remote', '--commit', commit.slice(0, 9), ...asked], {
      env,
      cwd: repository.copy.dir,
    });

    expect(here, here.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(there, there.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(planIn(here.stdout)).toBe(planIn(there.stdout));
    const local = LocalPlanView.strict().parse(JSON.parse(here.stdout));
    expect(local).toMatchObject({ repository: repository.fullName, commit_sha: commit, root_directory });
    expect(local).toMatchObject({ uncommitted_changes: false, ref: 'refs/heads/main' });
    expect(PlannedView.strict().parse(JSON.parse(there.stdout)).commit_sha).toBe(commit);
    expect(local.plan?.secrets).toEqual(['API_KEY']);
    expect(here.stdout).not.toMatch(/hello|slow/);
  });

  test('of a work tree that is committed later', async () => {
    const repository = await testRepository(info, { folder: join(APPS_FOLDER, 'node') });
    await repository.copy.commitAndPush('first', 'main');
    const { dir } = repository.copy;
    await writeFile(join(dir, '.gitignore'), 'Dockerfile\n');
    await writeFile(join(dir, 'Dockerfile'), 'FROM ignored\n');
    await writeFile(join(dir, 'nixpacks.toml'), '[start]\ncmd = "node src/server.js"\n');
    await rm(join(dir, 'build.js'));
    await appendFile(join(dir, 'package.json'), '\n');
    const here = await inPipe(['plan', '--json'], { env, cwd: join(dir, 'src', '..') });
    const before = await inPipe(['plan', '--json', '--commit', 'HEAD'], { env, cwd: dir });
    await repository.copy.commitAndPush('second', 'main');
    const there = await inPipe(['plan', '--remote', '--json'], { env, cwd: dir });
    expect(JSON.parse(here.stdout)).toMatchObject({
      uncommitted_changes: true,
      plan: { builder: 'nixpacks' },
    });
    expect(planIn(here.stdout)).toBe(planIn(there.stdout));
    expect(planIn(before.stdout)).not.toBe(planIn(here.stdout));
    expect(JSON.parse(before.stdout)).toMatchObject({ uncommitted_changes: false });
  });

  test('and so is what a build would fail with', async () => {
    const repository = await testRepository(info, { files: { 'notes.txt': 'nothing to build' } });
    await repository.copy.commitAndPush('first', 'main');
    const here = await inPipe(['plan', '--json'], { env, cwd: repository.copy.dir });
    const there = await inPipe(['plan', '--json', '--remote'], { env, cwd: repository.copy.dir });
    expect([here.code, there.code]).toEqual([1, 1]);
    expect(JSON.parse(here.stdout).error).toEqual(JSON.parse(there.stdout).error);
    expect(JSON.parse(here.stdout)).toMatchObject({ plan: null, error: { code: 'no_builder' } });
    expect(JSON.parse(here.stderr)).toMatchObject({ error: { code: 'no_builder', exit_code: 1 } });
  });
});

describe('a person', () => {
  test('reads the plan in a terminal', async () => {
    const repository = await testRepository(info, { folder: join(APPS_FOLDER, 'node') });
    await repository.copy.commitAndPush('first', 'main');
    const options = { env, cwd: repository.copy.dir, columns: 100 };
    const terminal = await inTerminal(['plan', '--secret', 'NPM_TOKEN'], options);
    expect(await terminal.ended).toBe(0);
    const screen = await terminal.screen();
    const named = screen.replaceAll(repository.fullName, 'e2e/app');
    expect(stable(named)).toMatchSnapshot();
    const piped = await inPipe(['plan', '--secret', 'NPM_TOKEN'], options);
    expect(piped.stdout.trimEnd()).toBe(screen);
  });

  test('gets the Dockerfile alone', async () => {
    const repository = await testRepository(info, { folder: join(APPS_FOLDER, 'node') });
    await repository.copy.commitAndPush('first', 'main');
    const [text, json] = await Promise.all([
      inPipe(['plan', '--dockerfile'], { env, cwd: repository.copy.dir }),
      inPipe(['plan', '--json'], { env, cwd: repository.copy.dir }),
    ]);
    expect(text.stdout).toBe(JSON.parse(json.stdout).plan.dockerfile.text);
    expect(text.stdout).toMatch(/^FROM /);
  });
});
