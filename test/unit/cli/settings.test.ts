import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepSetting, readSettings } from '#cli/kit/settings.ts';
import { runCli } from '#test/support/cli/in-process.ts';

const A = 'https://a.example';
const B = 'https://b.example';
const C = 'https://c.example';

/** Somebody's folder of settings. */
async function aHome(config?: string) {
  const home = await mkdtemp(join(tmpdir(), 'bitflow-settings-'));
  const file = join(home, 'bitflow/config.json');
  const env = { XDG_CONFIG_HOME: home };
  if (config !== undefined) {
    await mkdir(join(home, 'bitflow'));
    await writeFile(file, config);
  }
  return { env, file };
}

describe('a setting', () => {
  it('is the option, else the variable, else what the file has', async () => {
    const { env, file } = await aHome(JSON.stringify({ url: C }));
    const of = async (flag: string | undefined, variable?: string) =>
      (
        await readSettings(
          { url: flag },
          { ...env, ...(variable !== undefined && { BITFLOW_URL: variable }) },
        )
      ).url;
    expect(await of(A, B)).toEqual({ value: A, from: '--url' });
    expect(await of(undefined, B)).toEqual({ value: B, from: 'BITFLOW_URL' });
    expect(await of(undefined)).toEqual({ value: C, from: file });
    expect(await of(undefined, '')).toEqual({ value: C, from: file });
  });

  it('is null where nobody gave one', async () => {
    const { env } = await aHome();
    expect((await readSettings({}, env)).team).toEqual({ value: null, from: null });
  });

  it.each([
    ['an option', { url: 'http://builds.example.com' }, {}, '--url: url must begin with https://'],
    ['a variable', {}, { BITFLOW_TEAM: 'No Team' }, 'BITFLOW_TEAM: team must be lower-case'],
  ])('that is wrong is refused, with where it is from: %s', async (_, flags, variables, message) => {
    const { env } = await aHome();
    await expect(readSettings(flags, { ...env, ...variables })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });

  it('that is wrong in the file is refused with the path, but not where another goes before it', async () => {
    const { env, file } = await aHome('{"url": 3}');
    await expect(readSettings({}, env)).rejects.toMatchObject({ message: `${file}: url must be text` });
    expect((await readSettings({ url: A }, env)).url.value).toBe(A);
  });

  it.each(['{', '[]', '"x"'])('is not looked for in a damaged file: %s', async (text) => {
    const { env, file } = await aHome(text);
    await expect(readSettings({}, env)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(file),
    });
  });

  it('is kept as it is used, beside what a newer version keeps', async () => {
    const { env, file } = await aHome('{"theme": "dark"}');
    expect(await keepSetting(env, 'url', 'BUILDS.example.com/')).toBe('https://builds.example.com');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      theme: 'dark',
      url: 'https://builds.example.com',
    });
    await keepSetting(env, 'url', null);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ theme: 'dark' });
  });
});

describe('bitflow config', () => {
  it('says what is set, and by whom', async () => {
    const { env, file } = await aHome(JSON.stringify({ team: 'acme' }));
    const said = await runCli(['config', '--url', A], { env });
    expect(said).toMatchObject({ code: 0, stdout: `url\t${A}\t--url\nteam\tacme\t${file}\ntoken\tnone\t\n` });
    expect(said.stderr).toContain(file);
  });

  it('says it to programs', async () => {
    const { env, file } = await aHome(JSON.stringify({ url: A }));
    await mkdir(join(file, '../x'), { recursive: true });
    const { stdout, stderr } = await runCli(['config', 'list', '--json'], { env });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      settings: [
        { name: 'url', value: A, from: file, problem: null },
        { name: 'team', value: null, from: null, problem: null },
      ],
      token: { from: null },
      files: { config: file, credentials: join(file, '../credentials.json') },
    });
  });

  it('says what is wrong, where every other command refuses', async () => {
    const { env, file } = await aHome('{"team": "No Team"}');
    const said = await runCli(['config'], { env });
    expect(said.code).toBe(0);
    expect(said.stderr).toContain(`${file}: team must be lower-case`);
    expect(await runCli(['whoami'], { env })).toMatchObject({ code: 2 });
  });

  it('gets, sets and unsets', async () => {
    const { env, file } = await aHome();
    expect(await runCli(['config', 'get', 'url'], { env })).toMatchObject({ code: 4, stdout: '' });
    expect(await runCli(['config', 'set', 'url', 'a.example'], { env })).toEqual({
      code: 0,
      stdout: `url is ${A} now.\n`,
      stderr: '',
    });
    expect(await runCli(['config', 'get', 'url'], { env })).toMatchObject({ code: 0, stdout: `${A}\n` });
    const { stdout } = await runCli(['config', 'unset', 'url', '--json'], { env });
    expect(JSON.parse(stdout)).toEqual({ setting: 'url', done: 'removed' });
    expect(await readFile(file, 'utf8')).toBe('{}\n');
  });

  it('keeps nothing that is wrong', async () => {
    const { env } = await aHome();
    const said = await runCli(['config', 'set', 'url', 'http://builds.example.com'], { env });
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain('anybody on the way could read your token');
    expect(await runCli(['config', 'set', 'colour', 'red'], { env })).toMatchObject({ code: 2 });
  });

  it('says where something else goes before what was set', async () => {
    const { env } = await aHome();
    const { stderr } = await runCli(['config', 'set', 'url', A], { env: { ...env, BITFLOW_URL: B } });
    expect(stderr).toContain('BITFLOW_URL is set in the environment');
  });
});
