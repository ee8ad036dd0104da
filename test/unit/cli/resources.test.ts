import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { ImageTagView } from '#core/api/images.ts';
import { RepositoryList } from '#core/api/repositories.ts';
import { TeamView } from '#core/api/teams.ts';
import { NewTokenView } from '#core/api/tokens.ts';
import { aRepository, digestOf } from '#test/support/memory/examples.ts';
import { aCommand, changes, REPO } from './resource-command.ts';

test('a tag that a later push has stays, and that is no success', async () => {
  const { world, run } = await aCommand();
  const pushes = (nextOrder: number) =>
    world.state.pools.set('default', { holder: null, leaseUntil: 0, served: [], usualMs: null, nextOrder });
  pushes(100);
  expect(await run(['images', 'tag', 'aaaa', 'v9', ...REPO])).toMatchObject({ code: 0 });
  pushes(1);
  const said = await run(['images', 'tag', EXAMPLE.digest, 'v9', ...REPO, '--json']);
  expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('a later push has it') });
  expect(ImageTagView.parse(JSON.parse(said.stdout))).toMatchObject({ digest: digestOf('a') });
});

test('a token has the scopes that were named, wherever its name stands', async () => {
  const { run } = await aCommand();
  const scopes = ['--scope', 'builds:read', '--scope', 'images:read'];
  const { stdout } = await run(['tokens', 'create', ...scopes, 'ci', '--expires', '12h', '--json']);
  const made = NewTokenView.parse(JSON.parse(stdout));
  expect(made).toMatchObject({ name: 'ci', scopes: ['builds:read', 'images:read'] });
  expect(Date.parse(made.expires_at ?? '') - Date.parse(made.created_at)).toBe(12 * 3_600_000);
});

test('limits that are not named stay', async () => {
  const { as } = await aCommand();
  const limits = async (...argv: readonly string[]) =>
    TeamView.parse(
      JSON.parse((await as('operator', ['teams', 'limits', EXAMPLE.team, ...argv, '--json'])).stdout),
    ).limits;
  const first = await limits('--concurrent-builds', '2', '--machine-type', 'E2_HIGHCPU_8');
  expect(first).toMatchObject({ concurrent_builds: 2, builds_per_day: null, machine_type: 'E2_HIGHCPU_8' });
  const second = await limits('--concurrent-builds', 'none', '--build-timeout', '10m');
  expect(second).toEqual({ ...first, concurrent_builds: null, build_timeout_s: 600 });
  expect(await limits('--machine-type', 'default')).toEqual({ ...second, machine_type: null });
});

describe('what cannot be taken back', () => {
  test.each([
    ['repos', 'disconnect', EXAMPLE.repository],
    ['repos', 'rotate-webhook-secret', EXAMPLE.repository, '--overlap', '0'],
    ['secrets', 'remove', EXAMPLE.secret, ...REPO],
    ['images', 'remove', EXAMPLE.tag, ...REPO],
    ['images', 'remove', EXAMPLE.digest, ...REPO],
    ['registries', 'disconnect', EXAMPLE.registry],
    ['tokens', 'revoke', EXAMPLE.token],
    ['teams', 'members', 'remove', EXAMPLE.email],
  ])('is not done in a pipe without --yes: %s %s', async (...argv) => {
    const { world, run } = await aCommand();
    const before = changes(world);
    const said = await run(argv);
    expect(said).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(changes(world)).toBe(before);
    expect(await run([...argv, '--yes'])).toMatchObject({ code: 0 });
  });
});

describe('a secret', () => {
  const VALUE = 'npm_zW8qRt5yB1nM4kLp';

  test.each([`${VALUE}\n`, `${VALUE}\r\n`, VALUE])(
    'is what stdin has, less one line end: %j',
    async (stdin) => {
      const { run, world } = await aCommand();
      const said = await run(['secrets', 'set', 'NEW', ...REPO], { stdin });
      const [id = ''] = world.secrets.ids();
      expect((await world.secrets.get(id))?.reveal()).toBe(VALUE);
      expect(said).toEqual({
        code: 0,
        stdout: 'NEW is set, for the builds of acme/shop from now on.\n',
        stderr: '',
      });
    },
  );

  test.each([
    ['secrets', 'set', 'lower', ...REPO],
    ['secrets', 'set', 'NEW', '-R', 'acme/nothing'],
    ['secrets', 'set', 'NEW', '--verbose', '-R', 'acme/nothing'],
    ['registries', 'set-credential', EXAMPLE.registry, '--username', ''],
  ])('is told to nobody when it is refused: %s %s %s', async (...argv) => {
    const said = await (await aCommand()).run(argv, { stdin: VALUE });
    expect(said.code).not.toBe(0);
    expect(said.stdout + said.stderr).not.toContain(VALUE);
  });

  test('of a name that is none is not asked for', async () => {
    let asked = false;
    const stdin = (function* () {
      asked = true;
      yield VALUE;
    })();
    const said = await (await aCommand()).run(['secrets', 'set', 'lower', ...REPO], { stdin });
    expect(said).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"lower" is no name of a secret'),
    });
    expect(asked).toBe(false);
  });

  test('of more than the service takes is refused, and not told', async () => {
    const said = await (await aCommand()).run(['secrets', 'set', 'NEW', ...REPO], {
      stdin: VALUE.repeat(5000),
    });
    expect(said).toMatchObject({ code: 2, stderr: expect.stringContaining('64 KiB') });
    expect(said.stderr).not.toContain(VALUE);
  });

  test.each(['', '\n'])('is not %j', async (stdin) => {
    expect(await (await aCommand()).run(['secrets', 'set', 'NEW', ...REPO], { stdin })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('empty'),
    });
  });

  test('that is made is alone on stdout: a token, a webhook secret', async () => {
    const { run } = await aCommand();
    for (const argv of [
      ['tokens', 'create', 'ci', '--expires', 'never'],
      ['repos', 'rotate-webhook-secret', EXAMPLE.repository],
    ]) {
      const { code, stdout, stderr } = await run(argv);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(/^bf[tw]_[\w-]{20,}\n$/);
      expect(stderr).not.toContain(stdout.trim());
    }
  });
});

describe('a shortened id', () => {
  test('stands for the one that begins so, with what it could be where there are several', async () => {
    const { run } = await aCommand();
    expect(await run(['tokens', 'show', EXAMPLE.token.slice(0, 10), '--json'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(EXAMPLE.token),
    });
    expect(await run(['tokens', 'show', 't-'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('could be several'),
    });
  });

  test('of an image is its digest’s beginning; a tag goes before, and what is both is asked for', async () => {
    const { run } = await aCommand();
    const digest = (argv: readonly string[]) => run(['images', 'show', ...argv, ...REPO, '--json']);
    expect(await digest(['sha256:aaaaa'])).toMatchObject({ code: 0 });
    expect(await digest(['aaaaa'])).toMatchObject({ code: 0 });
    expect(await run(['images', 'tag', 'aaaaa', 'aaaa', ...REPO])).toMatchObject({ code: 0 });
    expect(await digest(['aaaa'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the tag aaaa'),
    });
  });
});

test('what others wrote cannot move the cursor, nor hide what is said', async () => {
  const { run, world } = await aCommand();
  const name = 'nice\u001b[2J\u001b]0;title\u0007\r\u202ename';
  const { id, token } = NewTokenView.parse(
    JSON.parse((await run(['tokens', 'create', name, '--json'])).stdout),
  );
  for (const columns of [undefined, 80]) {
    const given = columns === undefined ? {} : { columns };
    for (const argv of [['show', id], ['list'], ['revoke', id, '--yes']]) {
      const { stdout, stderr } = await run(['tokens', ...argv, '--no-color'], given);
      expect(stdout + stderr).toContain('nicename');
      expect(
        (stdout + stderr).match(/\p{Cc}|\u202e/gu)?.filter((one) => !'\n\t'.includes(one)) ?? [],
      ).toEqual([]);
    }
  }
  expect(JSON.stringify([...world.state.tokens.values()])).not.toContain(token);
});

test('a list is as long as was asked for, whatever a page has, and says that there is more', async () => {
  const { world, run } = await aCommand();
  for (let number = 0; number < 150; number += 1)
    world.state.repositories.set(
      `r-${number}`,
      aRepository({ id: `r-${number}`, full_name: `acme/n${number}` }),
    );
  const { stdout } = await run(['repos', 'list', '--limit', '120', '--json']);
  const page = RepositoryList.parse(JSON.parse(stdout));
  expect(page.repositories).toHaveLength(120);
  expect(page.next_cursor).not.toBeNull();
  const shown = await run(['repos', 'list', '--limit', '3']);
  expect(shown.stdout.trimEnd().split('\n')).toHaveLength(3);
  expect(shown.stderr).toContain('--limit');
});
