import { createServer } from 'node:http';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { describe, expect, it, onTestFinished } from 'vitest';
import { impersonatedCredentials } from '#adapters/registry/credentials.ts';
import { TransientError } from '#core/errors.ts';
import { listen } from '#test/support/listen.ts';

const WRITER = 'acme-trusted@project.iam.gserviceaccount.com';

/** A server of the IAM Credentials API that answers so, and the client that asks it as `exchange` would. */
async function given(answer: { status: number; body: unknown }) {
  const asked: { url: string | undefined; authorization: string | undefined; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url, headers } = request;
    asked.push({
      url,
      authorization: headers.authorization,
      body: JSON.parse(String(Buffer.concat(chunks))),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
  const { address, close } = await listen(server);
  onTestFinished(close);
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'of exchange', expiry_date: Date.now() + 3_600_000 });
  return {
    asked,
    tokenOf: impersonatedCredentials({ auth: new GoogleAuth({ authClient }), endpoint: `http://${address}` }),
  };
}

describe('an access token of another account', () => {
  it('is minted for that account alone, for an hour', async () => {
    const expireTime = new Date(Date.now() + 3_600_000).toISOString();
    const { asked, tokenOf } = await given({ status: 200, body: { accessToken: 'theirs', expireTime } });
    const { username, password } = await tokenOf(WRITER);
    expect([username, password.reveal()]).toEqual(['oauth2accesstoken', 'theirs']);
    expect(asked).toEqual([
      {
        url: `/v1/projects/-/serviceAccounts/${WRITER}:generateAccessToken`,
        authorization: 'Bearer of exchange',
        body: { delegates: [], scope: ['https://www.googleapis.com/auth/cloud-platform'], lifetime: '3600s' },
      },
    ]);
  });

  it.each([
    [
      'an account that is not there, or not yet',
      404,
      { error: { status: 'NOT_FOUND', message: 'no account' } },
    ],
    ['no right to it, or not yet', 403, { error: { status: 'PERMISSION_DENIED', message: 'denied' } }],
    ['an answer without a token', 200, { expireTime: new Date().toISOString() }],
  ])('is asked for again later where there is %s', async (_, status, body) => {
    const { tokenOf } = await given({ status, body });
    await expect(tokenOf(WRITER)).rejects.toThrow(TransientError);
  });
});
