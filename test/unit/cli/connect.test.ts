import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Api } from '#cli/kit/api.ts';
import { awaitWebhook } from '#cli/repos/await-webhook.ts';
import { platformNamed } from '#cli/repos/hosts.ts';
import { ConnectedView } from '#core/api/repositories.ts';
import { TransientError } from '#core/errors.ts';
import { hostTokenId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { type Given, runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld, type World } from '#test/unit/access/world.ts';

/** A folder whose git remote is this; null: none. */
async function aCheckout(remote: string | null): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-connect-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await execa('git', ['init', '--quiet'], { cwd: dir });
  if (remote !== null) await execa('git', ['remote', 'add', 'origin', remote], { cwd: dir });
  return dir;
}

/** A world whose host tries each webhook at once. */
async function aTryingWorld() {
  const world = await aWorld();
  const { repositories } = world.state;
  world.hosts.github.ping = async ({ full_name }) => {
    for (const [id, one] of repositories)
      if (one.full_name === full_name)
        repositories.set(id, { ...one, webhook: { ...one.webhook, state: 'working', why: null } });
    return true;
  };
  return world;
}

async function connectIn(world: World, given: Given & { remote: string | null }, ...argv: readonly string[]) {
  const { remote, ...rest } = given;
  const env = { BITFLOW_URL: await serveApi(world.api), BITFLOW_TOKEN: world.secretOf('admin') };
  const said = await runCli(['repos', 'connect', ...argv], { env, cwd: await aCheckout(remote), ...rest });
  return { ...said, repositories: [...world.state.repositories.values()] };
}

const connect = async (remote: string | null, ...argv: readonly string[]) =>
  connectIn(await aTryingWorld(), { remote }, ...argv);

const NEW = 'https://github.com/acme/new.git';

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

  test('gives what is asked for, and says how the webhook is made by hand where that is wanted', async () => {
    const { repositories, stdout } = await connect(
      NEW,
      ...[
        '--no-webhook',
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

  test('waits until the host has tried the webhook, and says that it works', async () => {
    const { code, stdout, stderr } = await connect(NEW);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('Waiting for GitHub to try the webhook');
    expect(stdout).toContain('acme/new is connected. Its images will be acme/acme/new.\nIts webhook works.');
    expect(stdout).not.toContain('bfw_');
    expect(JSON.parse((await connect(NEW, '--json')).stdout)).toMatchObject({
      webhook: { state: 'working' },
      webhook_secret: expect.stringMatching(/^bfw_/),
    });
  });

  test('says why there is no webhook, and what to click', async () => {
    const world = await aWorld();
    world.hosts.gitlab.connect = async () => ({ kind: 'manual', why: 'the token lacks the scope api' });
    const { code, stdout } = await connectIn(world, { remote: 'git@gitlab.com:acme/new.git' });
    expect(code).toBe(0);
    expect(stdout).toContain(
      'It has no webhook: the token lacks the scope api.\n1. Add a webhook at gitlab.com',
    );
    expect(stdout).toMatch(/trigger +Push events, Tag push events, Merge request events\n/);
    expect(stdout).toContain('bitflow repos connect --token');
  });

  test('connecting again repairs, and never shows the secret', async () => {
    const world = await aTryingWorld();
    await connectIn(world, { remote: NEW });
    world.hosts.github.hooks.clear();
    const { code, stdout } = await connectIn(world, { remote: NEW });
    expect(code).toBe(0);
    expect(stdout).toContain('acme/new was connected already: its connection is repaired');
    expect(stdout).toContain('Its webhook works.');
    expect(stdout).not.toContain('bfw_');
    expect(world.hosts.github.hooks.size).toBe(1);
  });

  test('says that another team has it', async () => {
    const world = await aTryingWorld();
    const BITFLOW_TOKEN = world.secretOf('other');
    const env = { BITFLOW_URL: await serveApi(world.api), BITFLOW_TOKEN };
    const { code, stderr } = await connectIn(world, { remote: 'git@github.com:acme/shop.git', env });
    expect(code).toBe(1);
    expect(stderr).toContain('acme/shop is connected already');
    expect(stderr).toContain('Another team');
  });

  test('takes a token from standard input, never from the command line', async () => {
    const world = await aTryingWorld();
    const given = { remote: NEW, stdin: 'ghp_0123456789\n' };
    const { code, repositories, stdout, stderr } = await connectIn(world, given, '--token', '-');
    expect(code, stderr).toBe(0);
    const made = repositories.find(({ full_name }) => full_name === 'acme/new');
    expect(made?.credential).toBe('own');
    const kept = await world.secrets.get(hostTokenId(made?.connection_id ?? ''));
    expect(kept?.reveal()).toBe('ghp_0123456789');
    expect(stdout + stderr).not.toContain('ghp_');
    const refused = await connect(NEW, '--token=ghp_0123456789');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--token -') });
  });
});

describe('bitflow repos rotate-webhook-secret', () => {
  async function rotate(world: World) {
    const env = { BITFLOW_URL: await serveApi(world.api), BITFLOW_TOKEN: world.secretOf('admin') };
    return runCli(['repos', 'rotate-webhook-secret', 'acme/new'], { env });
  }

  test('tells the host where it made the webhook, and says so', async () => {
    const world = await aTryingWorld();
    await connectIn(world, { remote: NEW });
    const { code, stdout, stderr } = await rotate(world);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('The git host has it already.');
    expect([...world.hosts.github.hooks.values()]).toMatchObject([{ secret: stdout.trim() }]);
  });

  test('says that the host has it not where it was away, though a push came through meanwhile', async () => {
    const world = await aTryingWorld();
    await connectIn(world, { remote: NEW });
    const { github } = world.hosts;
    github.connect = async (access) => {
      await github.ping(access, '');
      throw new TransientError('it hung up');
    };
    const { code, stdout, stderr } = await rotate(world);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^bfw_\S+\n$/);
    expect(stderr).not.toContain('has it already');
    expect(stderr).toContain('it hung up');
    expect(stderr).toContain('bitflow repos connect');
  });
});

describe('platformNamed', () => {
  test.each([
    ['github.com', 'github'],
    ['gitlab.com', 'gitlab'],
    ['gitlab.example.com:8443', 'gitlab'],
    ['GitHub.example.com', 'github'],
    ['gitee.com', 'gitee'],
    ['git.example.com', undefined],
    ['notgithub.com', undefined],
    ['', undefined],
  ])('%j is %s', (host, platform) => {
    expect(platformNamed(host)).toBe(platform);
  });
});

describe('awaitWebhook', () => {
  test('ends when the time is over, and at Ctrl-C', async () => {
    const world = await aWorld();
    const pages = { url: await serveApi(world.api), team: null, version: '0' };
    const signal = new AbortController();
    const api = new Api({ ...pages, token: new Secret(world.secretOf('admin')), signal: signal.signal });
    const { value } = await api.call('repositories.connect', {
      body: { platform: 'github', full_name: 'acme/new' },
    });
    const waited = await awaitWebhook(api, value, signal.signal, { withinMs: 30, everyMs: 10 });
    expect(waited.state).toBe('waiting');
    const forever = awaitWebhook(api, value, signal.signal, { withinMs: 1e9, everyMs: 10 });
    signal.abort(new Error('Ctrl-C'));
    await expect(forever).rejects.toThrow();
  });
});
