import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectedView } from '#core/api/repositories.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld } from '#test/unit/access/world.ts';

/** A folder whose git remote is this; null: none. */
async function aCheckout(remote: string | null): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-connect-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await execa('git', ['init', '--quiet'], { cwd: dir });
  if (remote !== null) await execa('git', ['remote', 'add', 'origin', remote], { cwd: dir });
  return dir;
}

async function connect(remote: string | null, ...argv: readonly string[]) {
  const world = await aWorld();
  const env = { BITFLOW_URL: await serveApi(world.api), BITFLOW_TOKEN: world.secretOf('admin') };
  const said = await runCli(['repos', 'connect', ...argv], { env, cwd: await aCheckout(remote) });
  return { ...said, repositories: [...world.state.repositories.values()] };
}

describe('bitflow repos connect', () => {
  test.each([
    ['https://github.com/acme/new.git', [], 'https://github.com/acme/new.git'],
    ['git@github.com:acme/new.git', [], 'https://github.com/acme/new.git'],
    ['ssh://git@github.com/acme/new', [], 'https://github.com/acme/new.git'],
    [
      'https://ann:secret@git.example.com/acme/new',
      ['--platform', 'github'],
      'https://git.example.com/acme/new.git',
    ],
    ['git@git.example.com:acme/new.git', ['--platform', 'github'], 'https://git.example.com/acme/new.git'],
    [
      'git@github.com:acme/new.git',
      ['--clone-url', 'https://mirror.example.com/new.git'],
      'https://mirror.example.com/new.git',
    ],
  ])('takes name, host and address from the remote %s %j', async (remote, argv, cloneUrl) => {
    const { code, stdout, stderr } = await connect(remote, ...argv, '--json');
    expect(code, stderr).toBe(0);
    const made = ConnectedView.parse(JSON.parse(stdout));
    expect(made).toMatchObject({ full_name: 'acme/new', platform: 'github', clone_url: cloneUrl });
  });

  test('takes the address of no other repository than the one that is meant', async () => {
    const argv = ['acme/new', '--platform', 'github', '--json'];
    const { stdout } = await connect('https://git.example.com/acme/other.git', ...argv);
    expect(JSON.parse(stdout)).toMatchObject({ clone_url: 'https://github.com/acme/new.git' });
  });

  test('gives what is asked for, and says what to do next with the secret of it', async () => {
    const { repositories, stdout } = await connect(
      'https://github.com/acme/new.git',
      ...[
        '--default-branch',
        'trunk',
        '--folder',
        'services/api',
        '--builder',
        'dockerfile',
        '--public-badge',
      ],
    );
    expect(repositories.find(({ full_name }) => full_name === 'acme/new')).toMatchObject({
      default_branch: 'trunk',
      root_directory: 'services/api',
      builder_type: 'dockerfile',
      badge_public: true,
    });
    expect(stdout).toMatch(/secret +bfw_\S+\n/);
    const steps = ['Add a webhook at github.com', 'git push -u origin HEAD', 'bitflow builds watch'].map(
      (one) => stdout.indexOf(one),
    );
    expect(steps).not.toContain(-1);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  test.each([
    [null, [], 'no git remote'],
    ['https://git.example.com/acme/new.git', [], '--platform github'],
    ['https://github.com/acme/new.git', ['--platform', 'sourceforge'], 'sourceforge'],
    ['https://github.com/acme/new.git', ['--builder', 'make'], '--builder'],
  ])('asks for what neither says: %s %j', async (remote, argv, words) => {
    const { code, stdout, stderr, repositories } = await connect(remote, ...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    expect(repositories.map(({ full_name }) => full_name)).not.toContain('acme/new');
  });
});
