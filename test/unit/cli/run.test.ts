import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '#test/support/cli/in-process.ts';
import { json, problem, scriptedServer } from '#test/support/cli/scripted-server.ts';

const ErrorOutput = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string().min(1),
    next: z.string().min(1),
    request_id: z.string().nullable(),
    exit_code: z.int(),
  }),
});
const signedIn = (url: string) => ({ BITFLOW_URL: url, BITFLOW_TOKEN: 'bft_0123456789abcdef' });

describe('what would be a step along a path', () => {
  it.each([
    [['secrets', 'remove', '..', '-R', 'acme/shop', '--yes']],
    [['secrets', 'remove', '.', '-R', 'acme/shop', '--yes']],
    [['teams', 'members', 'remove', '..', '--of', 'acme', '--yes']],
    [['teams', 'show', '..']],
    [['deliveries', 'show', '']],
    [['dead-letters', 'replay', '']],
  ])('%j is asked of nobody: it would be another thing than was named', async (argv) => {
    const { url, seen } = await scriptedServer(json({}));
    const { code, stderr } = await runCli(argv, { env: signedIn(url) });
    expect(seen).toEqual([]);
    expect(code).toBe(2);
    expect(stderr).toContain('names nothing');
  });
});

describe('an answer without an end', () => {
  it('is left before it fills the memory', async () => {
    const { url, seen } = await scriptedServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = Buffer.alloc(2 ** 20, ' ');
      const write = () => {
        while (!response.destroyed && response.write(more));
      };
      response.on('drain', write);
      write();
    });
    const { code, stderr } = await runCli(['whoami'], { env: signedIn(url) });
    expect(code).toBe(5);
    expect(stderr).toContain('does not speak as this version');
    expect(seen).toHaveLength(1);
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['buids'], "unknown command 'buids'. Did you mean builds?", 'bitflow --help'],
    [['builds', 'lsit'], "unknown command 'lsit'. Did you mean list?", 'bitflow builds --help'],
    [['config', 'lsit'], "unknown command 'lsit'. Did you mean list?", 'bitflow config --help'],
    [['--jsn', 'whoami'], "unknown option '--jsn'. Did you mean --json?", 'bitflow whoami --help'],
    [
      ['builds', 'list', '--repos', 'x'],
      "unknown option '--repos'. Did you mean --repo?",
      'bitflow builds list --help',
    ],
    [
      ['builds', 'list', '--limit', '0'],
      'It must be a whole number from 1 on.',
      'bitflow builds list --help',
    ],
    [
      ['builds', 'list', '--limit'],
      "option '-L, --limit <n>' argument missing",
      'bitflow builds list --help',
    ],
    [['config', 'get'], "missing required argument 'name'", 'bitflow config get --help'],
    [['config', 'get', 'x'], 'Allowed choices are url, team.', 'bitflow config get --help'],
    [['whoami', 'x'], 'too many arguments', 'bitflow whoami --help'],
    [['help', 'bulids'], 'Did you mean builds?', ''],
    [['help', 'exit'], 'Did you mean exit-codes?', ''],
    [['help', 'builds', 'lsit'], 'there is no command of builds "lsit"', ''],
    [['help', 'nonsense'], 'there is no command or topic "nonsense"', 'bitflow help'],
  ])('%j is exit code 2, and it is said what to write', async (argv, what, next) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).toContain(what);
    expect(stderr).toContain(next);
  });

  it.each([[['buids']], [['builds']], [['builds', 'list', '--limit', 'x']], [['help', 'x']], [['whoami']]])(
    '%j --json is one JSON object on stderr, and nothing on stdout',
    async (argv) => {
      const { code, stdout, stderr } = await runCli([...argv, '--json']);
      expect(stdout).toBe('');
      expect(ErrorOutput.parse(JSON.parse(stderr)).error.exit_code).toBe(code);
    },
  );

  it('is repeated without what moves a cursor', async () => {
    const { stderr } = await runCli(['bu\u001b[2Jilds\u202e']);
    expect(stderr).not.toMatch(/\u202e|[^\P{Cc}\n]/u);
  });
});

describe('help', () => {
  it('is what bitflow alone says, on stdout', async () => {
    const alone = await runCli([]);
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    expect(alone.stdout).toContain('USAGE');
    expect((await runCli(['--help'])).stdout).toBe(alone.stdout);
    expect((await runCli(['help'])).stdout).toBe(alone.stdout);
  });

  it('is what a group alone says, on stderr: it did nothing', async () => {
    const { code, stdout, stderr } = await runCli(['builds']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('bitflow builds needs a command');
    expect(stderr).toContain((await runCli(['builds', '--help'])).stdout);
  });

  it('of a command is the same by both ways', async () => {
    const byHelp = await runCli(['help', 'builds', 'list']);
    expect(byHelp).toMatchObject({ code: 0, stderr: '' });
    expect((await runCli(['builds', 'list', '--help'])).stdout).toBe(byHelp.stdout);
  });

  it.each([
    'getting-started',
    'options',
    'environment',
    'ids',
    'json',
    'exit-codes',
    'errors',
    'signing-in',
    'scripts',
  ])('has the topic %s', async (topic) => {
    const { code, stdout } = await runCli(['help', topic]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${topic} - `);
    expect(stdout.length).toBeGreaterThan(200);
  });

  it('has colours in a terminal, unless somebody does not want them', async () => {
    const colours = async (argv: readonly string[], env: Record<string, string> = {}, columns?: number) =>
      (await runCli(argv, { env, ...(columns !== undefined && { columns }) })).stdout.includes('\u001b[');
    expect(await colours(['--help'], {}, 80)).toBe(true);
    expect(await colours(['help', 'ids'], {}, 80)).toBe(true);
    expect(await colours(['--help'])).toBe(false);
    expect(await colours(['--help'], { FORCE_COLOR: '1' })).toBe(true);
    for (const argv of [['--help'], ['help', 'ids'], ['builds', 'list', '--help']]) {
      expect(await colours(argv, { NO_COLOR: '1' }, 80)).toBe(false);
      expect(await colours(argv, { TERM: 'dumb' }, 80)).toBe(false);
      expect(await colours(['--no-color', ...argv], {}, 80)).toBe(false);
      expect(await colours([...argv, '--no-color'], {}, 80)).toBe(false);
    }
  });

  it('is JSON for programs', async () => {
    const { stdout } = await runCli(['help', 'builds', 'list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'bitflow builds list' });
  });
});

it('says its version', async () => {
  expect(await runCli(['--version'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

describe('an error', () => {
  it('is a line of what, and a line of what to do', async () => {
    const { url } = await scriptedServer(problem(403, 'forbidden', 'it takes builds:read'));
    const said = await runCli(['whoami'], { env: signedIn(url) });
    expect(said).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'error  it takes builds:read\nnext   Ask an admin of your team, or see what you may do: bitflow whoami\n',
    });
  });

  it('has the name of the request with --verbose, and its cause', async () => {
    const { url } = await scriptedServer(problem(403, 'forbidden', 'no'));
    expect((await runCli(['whoami', '-v'], { env: signedIn(url) })).stderr).toContain('request req-1');
    const strange = await scriptedServer(json({}));
    const { stderr } = await runCli(['whoami', '--verbose'], { env: signedIn(strange.url) });
    expect(stderr).toContain('cause   ZodError');
  });

  it('of the service is shown without what moves a cursor', async () => {
    const { url } = await scriptedServer(problem(404, 'not_found', 'no \u001b[2J\u202ebranch'));
    const { stderr } = await runCli(['whoami'], { env: signedIn(url) });
    expect(stderr).toContain('error  no branch\n');
  });

  it('of ours says so, and asks for a report', async () => {
    // No system hands over such a variable: no state that anybody foresaw.
    const said = await runCli(['config'], { env: { XDG_CONFIG_HOME: '/a\0b' } });
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toMatch(/^error {2}this is a fault of bitflow: .*\nnext {3}Please report it.*\n$/);
  });
});

it('ends with 130 when it is interrupted, and says nothing more', async () => {
  const interrupt = new AbortController();
  const { url } = await scriptedServer(() => interrupt.abort());
  const said = await runCli(['whoami'], { env: signedIn(url), signal: interrupt.signal });
  expect(said).toEqual({ code: 130, stdout: '', stderr: '' });
});
