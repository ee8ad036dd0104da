import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepSetting } from '#cli/kit/settings.ts';
import { tokenHash } from '#core/ids.ts';
import { anApi } from '#test/support/api.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aToken } from '#test/support/memory/examples.ts';
import { ANN } from '../handlers/device-harness.ts';
import { aPlace, TOKEN } from './login-place.ts';

describe('login', () => {
  it('says where to confirm which code, keeps the token and the address, and shows no secret', async () => {
    const { env, url, home, answer, kept, credentials } = await aPlace();
    const { BITFLOW_URL: _, ...elsewhere } = env;
    const running = runCli(['login', '--url', url], { env: elsewhere });
    const id = await answer('approve');
    const said = await running;
    expect(said.code).toBe(0);
    const code = `${id.slice(0, 4)}-${id.slice(4)}`;
    expect(said.stderr).toContain(`Your code: ${code}\nConfirm it at ${url}/device?code=${code}\n`);
    expect(said.stdout).toMatch(
      /^Signed in to .* as ann@acme\.example\ndeveloper of the team acme; the token ends 20.*Z\n$/,
    );
    const token = (await kept()) ?? '';
    expect(token).toMatch(/^bft_/);
    expect(said.stdout + said.stderr).not.toMatch(/bf[td]_/);
    expect((await stat(credentials)).mode & 0o777).toBe(0o600);
    expect(await readFile(join(home, '.config/bitflow/config.json'), 'utf8')).toContain(url);
    const who = await runCli(['whoami'], { env: elsewhere });
    expect(who.stdout).toMatch(
      new RegExp(`^${ANN} at ${url}\n.*\nAPI token t-\\w+, from ${credentials}, ends 20.*Z\n$`),
    );
  });

  it('with --json has two records on stdout, and neither code nor token that others could use', async () => {
    const { env, url, answer, kept } = await aPlace();
    const running = runCli(['login', '--json'], { env });
    await answer('approve');
    const { code, stdout, stderr } = await running;
    expect(code).toBe(0);
    const [asked, signedIn, ...more] = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(more).toEqual([]);
    expect(asked).toEqual({
      event: 'code',
      user_code: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verification_uri: `${url}/device`,
      verification_uri_complete: expect.stringContaining(`${url}/device?code=`),
      expires_in: 600,
      interval: 0,
    });
    expect(signedIn).toMatchObject({ event: 'signed_in', url, email: ANN, team: 'acme', role: 'developer' });
    expect(stdout + stderr).not.toMatch(/bf[td]_/);
    expect(await kept()).toMatch(/^bft_/);
  });

  it.each([
    ['deny', 'it was denied in the browser', 'access_denied'],
    ['expire', 'nobody confirmed in time', 'expired_token'],
  ] as const)('ends with 3 where the answer is: %s', async (how, what, code) => {
    const { env, answer, kept } = await aPlace();
    const running = runCli(['login', '--json'], { env });
    await answer(how);
    const said = await running;
    expect(said.code).toBe(3);
    expect(JSON.parse(said.stderr)).toMatchObject({ error: { code, message: what } });
    expect(await kept()).toBeNull();
  });

  it('goes on where the service is away in between', async () => {
    const place = await aPlace();
    const { store, env, answer } = place;
    const real = store.deviceGrants.get;
    let away = 0;
    store.deviceGrants.get = async (id) => {
      away += 1;
      if (away < 3) throw new Error('away');
      return real(id);
    };
    const running = runCli(['login'], { env });
    await answer('approve');
    const said = await running;
    expect(said.code).toBe(0);
    expect(said.stderr).toContain('The service does not answer: still trying');
  });

  it('ends with 130 at Ctrl-C, and keeps nothing', async () => {
    const { env, kept, state } = await aPlace({ interval: 30 });
    const interrupt = new AbortController();
    const running = runCli(['login'], { env, signal: interrupt.signal });
    await expect.poll(() => state.deviceGrants.size).toBe(1);
    interrupt.abort();
    expect(await running).toMatchObject({ code: 130 });
    expect(await kept()).toBeNull();
  });

  it('sends nobody to another address than that of the service', async () => {
    const { env } = await aPlace({ origin: 'https://evil.example' });
    const said = await runCli(['login'], { env });
    expect(said.code).toBe(5);
    expect(said.stderr).toContain('sends you to another address, https://evil.example');
    expect(said.stderr).not.toContain('/device');
  });

  it('leaves a team that was set and is not the one of the sign-in', async () => {
    const { env, answer, home } = await aPlace();
    const config = join(home, '.config/bitflow/config.json');
    await keepSetting(env, 'team', 'other');
    const running = runCli(['login'], { env });
    await answer('approve');
    expect((await running).stderr).toContain('The team other is set no longer: this sign-in is for acme.');
    expect(JSON.parse(await readFile(config, 'utf8'))).toEqual({ url: env.BITFLOW_URL });
  });

  it('says where nobody set it up, and how else', async () => {
    const { env } = await aPlace();
    const said = await runCli(['login', '--url', await serveApi(anApi())], { env });
    expect(said.code).toBe(1);
    expect(said.stderr).toContain(
      'is not set up in this installation; use an API token: bitflow login --with-token',
    );
  });
});

describe('login --with-token', () => {
  it('keeps a token from standard input that the service knows', async () => {
    const { env, url, store, kept } = await aPlace();
    await store.tokens.create(aToken(tokenHash(TOKEN), { owner: ANN, role: 'viewer' }));
    const said = await runCli(['login', '--with-token'], { env, stdin: `${TOKEN}\n` });
    expect(said).toMatchObject({
      code: 0,
      stdout: `Signed in to ${url} as ${ANN}\nviewer of the team acme\n`,
    });
    expect(said.stdout + said.stderr).not.toContain(TOKEN);
    expect(await kept()).toBe(TOKEN);
  });

  it.each([
    ['unknown', `${TOKEN}\n`, 3],
    ['none', '', 2],
    ['of two lines', `${TOKEN}\nmore`, 2],
    ['no token', 'héllo wörld, this is none', 2],
  ])('keeps none that is %s, and says none of it', async (_, stdin, code) => {
    const { env, kept } = await aPlace();
    const said = await runCli(['login', '--with-token', '--verbose'], { env, stdin });
    expect(said.code).toBe(code);
    expect(await kept()).toBeNull();
    if (stdin.trim() !== '') expect(said.stdout + said.stderr).not.toContain(stdin.trim().slice(0, 12));
  });

  it('says of a token in the environment that it goes before', async () => {
    const { env, store } = await aPlace();
    await store.tokens.create(aToken(tokenHash(TOKEN), { owner: ANN }));
    const said = await runCli(['login', '--with-token'], {
      env: { ...env, BITFLOW_TOKEN: 'bft_another0123456789abcdef' },
      stdin: TOKEN,
    });
    expect(said.code).toBe(0);
    expect(said.stderr).toContain('BITFLOW_TOKEN is set');
  });
});
