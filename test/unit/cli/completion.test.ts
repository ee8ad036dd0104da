import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { complete } from '#cli/completion/complete.ts';
import { typedIn } from '#cli/completion/words.ts';
import { makeProgram } from '#cli/program.ts';
import { EXAMPLE } from '#core/api/examples.ts';
import { anApi } from '#test/support/api.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld } from '#test/unit/access/world.ts';

const program = makeProgram(async () => undefined, '0.0.0');
const values = (...words: string[]) => complete(program, words).candidates.map(({ value }) => value);
const more = (...words: string[]) => complete(program, words).more;
const asked = async (words: readonly string[], env: Record<string, string> = {}) => {
  const said = await runCli(['__complete', '--', ...words], { env });
  return {
    ...said,
    values: said.stdout
      .split('\n')
      .map((line) => line.split('\t')[0])
      .filter(Boolean),
  };
};

test('commands are completed, the hidden ones are not', () => {
  expect(values('')).toEqual(expect.arrayContaining(['builds', 'config', 'help']));
  expect(values('__')).not.toContain('__complete');
  expect(values('config', '')).toEqual(['list', 'get', 'set', 'unset']);
});

test('options are completed, those of all commands too', () => {
  expect(values('builds', 'list', '-')).toEqual(
    expect.arrayContaining(['--repo', '--limit', '--json', '--help']),
  );
  expect(values('builds', 'list', '--', '-')).not.toContain('--repo');
});

test('values of options and arguments are completed: those that are declared', () => {
  expect(values('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(values('config', '--quiet', 'get', 'u')).toEqual(['url', 'team']);
  expect(values('config', 'get', 'url', '')).toEqual([]);
});

test('and of others it is said what they name', () => {
  expect(more('builds', 'list', '--repo', '')).toEqual({ kind: 'repositories', before: '' });
  expect(more('builds', 'list', '--repo=ac')).toEqual({ kind: 'repositories', before: '--repo=' });
  expect(more('builds', 'list', '-R', 'ac')).toEqual({ kind: 'repositories', before: '' });
  expect(more('builds', 'list', '--limit', '')).toEqual({ kind: 'nothing', before: '' });
  expect(more('--team', 'acme', 'builds', 'list', '--team', '')).toEqual({ kind: 'teams', before: '' });
});

test.each([
  ['bitflow builds li', ['builds', 'li'], ''],
  ['bitflow builds ', ['builds', ''], ''],
  ['bitflow show "a b" \'c $(d)', ['show', 'a b', 'c $(d)'], ''],
  ['bitflow a\\ b "c\\"d\\e"', ['a b', 'c"d\\e'], ''],
  ['bitflow --repo=ac', ['--repo=ac'], '--repo='],
  ['bitflow images show sha256:ab', ['images', 'show', 'sha256:ab'], 'sha256:'],
  ['bitflow images show "sha256:ab', ['images', 'show', 'sha256:ab'], ''],
])('reads %s as bash does', (line, words, kept) => {
  expect(typedIn(line, ' \t\n"\'@><=;|&(:')).toEqual({ words, kept });
});

test('reads any line, and loses no letter of plain words', () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      const { words, kept } = typedIn(`bitflow ${line}`, ':=');
      expect(words.at(-1)?.startsWith(kept) ?? kept === '').toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z0-9./@+-]+$/), { minLength: 1 }), (words) => {
      expect(typedIn(`bitflow ${words.join(' ')}`, '').words).toEqual(words);
    }),
  );
});

/** A list of repositories as the API answers it, whose names may be anything. */
const ofRepositories = (names: readonly string[]) => ({
  repositories: names.map((full_name) => ({ ...REPOSITORY, full_name })),
  next_cursor: null,
});
const REPOSITORY = {
  id: 'r-1',
  platform: 'github',
  clone_url: 'https://github.com/acme/shop.git',
  default_branch: 'main',
  root_directory: '.',
  builder_type: 'auto',
  image_name: 'acme/shop',
  secret_names: [],
  webhook_secrets: [],
  webhook_url: null,
  credential: 'none',
  webhook: { state: 'manual', why: null, set_up_at: null, heard_at: null },
  rules: {},
  badge_public: false,
  created_at: '2026-01-01T00:00:00.000Z',
};

it('asks the service for what has a name there', async () => {
  const world = await aWorld();
  const env = { BITFLOW_URL: await serveApi(world.api), BITFLOW_TOKEN: world.secretOf('admin') };
  expect((await asked(['builds', 'list', '--repo', 'acme/sh'], env)).values).toEqual([EXAMPLE.repository]);
  expect((await asked(['builds', 'list', '--repo=acme/sh'], env)).values).toEqual(['--repo=acme/shop']);
  expect((await asked(['--team', ''], env)).values).toEqual([EXAMPLE.team]);
});

it.each([
  '$(touch /tmp/x)',
  '`x`',
  'a b',
  'a;b',
  "a'b",
  'a"b',
  'a\nb',
  'a\u001b[2J',
  'a\u202eb',
  '-rf',
  '~root',
  'a*',
  '',
])('offers no %j, whoever named something so', async (name) => {
  const url = await serveApi({ fetch: () => Response.json(ofRepositories([name, 'acme/shop'])) });
  const env = { BITFLOW_URL: url, BITFLOW_TOKEN: 'bft_0123456789abcdef' };
  const { stdout } = await asked(['builds', 'list', '--repo', ''], env);
  expect(stdout).toBe('acme/shop\tgithub\n');
});

it.each([
  ['nobody is signed in', {}],
  ['nothing listens there', { BITFLOW_URL: 'http://127.0.0.1:9', BITFLOW_TOKEN: 'bft_0123456789abcdef' }],
  ['a setting is wrong', { BITFLOW_URL: 'ftp://x' }],
])('is silent where %s', async (_, env) => {
  expect(await asked(['builds', 'list', '--repo', ''], env)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
});

it('is silent where the service refuses', async () => {
  const env = { BITFLOW_URL: await serveApi(anApi()), BITFLOW_TOKEN: 'bft_0123456789abcdef' };
  expect(await asked(['builds', 'list', '--repo', ''], env)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
});

it('completes a word whose quote is still open', async () => {
  expect((await asked(['"compl'])).values).toEqual(['completion']);
});

it('waits for nobody long', async () => {
  const url = await serveApi({ fetch: () => new Promise<Response>(() => undefined) });
  const env = { BITFLOW_URL: url, BITFLOW_TOKEN: 'bft_0123456789abcdef' };
  expect(await asked(['builds', 'list', '--repo', ''], env)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
});
