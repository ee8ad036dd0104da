import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keepCredential } from '#cli/kit/credentials.ts';
import { tokenHash } from '#core/ids.ts';
import { Secret } from '#core/secret.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import { listen } from '#test/support/listen.ts';
import { aToken } from '#test/support/memory/examples.ts';
import { ANN } from '../handlers/device-harness.ts';
import { aPlace, TOKEN } from './login-place.ts';

describe('logout', () => {
  it('revokes the token, forgets it, and is content to do so twice', async () => {
    const { env, url, store, kept } = await aPlace();
    await store.tokens.create(aToken(tokenHash(TOKEN), { owner: ANN }));
    await runCli(['login', '--with-token'], { env, stdin: TOKEN });
    const said = await runCli(['logout', '--json'], { env });
    const { id, revoked_at } = (await store.tokens.find(tokenHash(TOKEN))) ?? {};
    expect(JSON.parse(said.stdout)).toEqual({ url, done: 'signed_out', revoked: id });
    expect(revoked_at).not.toBeNull();
    expect(await kept()).toBeNull();
    expect(await runCli(['logout'], { env })).toMatchObject({
      code: 0,
      stdout: `You were not signed in to ${url}\n`,
    });
  });

  it('forgets a token that was not good any more', async () => {
    const { env, store, kept } = await aPlace();
    const token = aToken(tokenHash(TOKEN), { owner: ANN });
    await store.tokens.create(token);
    await runCli(['login', '--with-token'], { env, stdin: TOKEN });
    await store.tokens.revoke(token.id, 1);
    const said = await runCli(['logout'], { env });
    expect([said.code, said.stderr]).toEqual([0, 'The token was not good any more.\n']);
    expect(await kept()).toBeNull();
  });

  it('forgets it also where the service is away, and says that it is good still', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(503, { 'retry-after': '99' }).end();
    });
    const { address, close } = await listen(server);
    onTestFinished(close);
    const { home } = await aPlace();
    const env = { HOME: home, BITFLOW_URL: `http://${address}` };
    await keepCredential(env, env.BITFLOW_URL, new Secret(TOKEN));
    const said = await runCli(['logout'], { env });
    expect(said.code).toBe(5);
    expect(said.stderr).toContain('forgotten here, but not revoked');
    const text = await readFile(join(home, '.config/bitflow/credentials.json'), 'utf8');
    expect(text).not.toContain(TOKEN);
  });

  it('leaves a token of the environment alone', async () => {
    const { env, store } = await aPlace();
    const token = aToken(tokenHash(TOKEN), { owner: ANN });
    await store.tokens.create(token);
    const said = await runCli(['logout'], { env: { ...env, BITFLOW_TOKEN: TOKEN } });
    expect(said.code).toBe(0);
    expect(said.stderr).toContain('BITFLOW_TOKEN is set, and stays as it is');
    expect(await store.tokens.get(token.id)).toMatchObject({ revoked_at: null });
  });
});
