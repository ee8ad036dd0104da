import { GoogleAuth } from 'google-auth-library';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MetadataServer, startMetadata } from '#local/metadata/server.ts';

const serviceAccount = 'builder@demo-project.iam.gserviceaccount.com';
let metadata: MetadataServer;
beforeEach(async () => {
  metadata = await startMetadata({ serviceAccount, projectId: 'demo-project' });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await metadata.close();
});

const account = 'instance/service-accounts/default';
const ask = (path: string, headers: Record<string, string> = { 'Metadata-Flavor': 'Google' }) =>
  fetch(`http://${metadata.address}/computeMetadata/v1/${path}`, { headers });

describe('identity tokens', () => {
  it('verify against the key set, for the audience that was asked for, and last an hour', async () => {
    const answer = await ask(`${account}/identity?audience=https%3A%2F%2Fexchange.example&format=full`);
    expect(answer.headers.get('metadata-flavor')).toBe('Google');
    const token = await answer.text();
    const keys = createRemoteJWKSet(new URL(metadata.jwksUrl));
    const expected = {
      issuer: 'https://accounts.google.com',
      audience: 'https://exchange.example',
      algorithms: ['RS256'],
    };
    const { payload } = await jwtVerify(token, keys, expected);
    expect(payload).toMatchObject({
      email: serviceAccount,
      email_verified: true,
      sub: expect.stringMatching(/^\d{1,21}$/),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600);
    await expect(jwtVerify(token, keys, { ...expected, audience: 'https://other.example' })).rejects.toThrow(
      /aud/,
    );
  });

  it('do not verify against the keys of another start', async () => {
    const token = await (await ask(`${account}/identity?audience=a`)).text();
    const other = await startMetadata({
      serviceAccount,
      projectId: 'demo-project',
      issuer: 'http://issuer.example',
    });
    expect(other.issuer).toBe('http://issuer.example');
    await expect(jwtVerify(token, createRemoteJWKSet(new URL(other.jwksUrl)))).rejects.toThrow(
      /no applicable key/,
    );
    await other.close();
  });

  it('are of another account at another address, by the same issuer', async () => {
    const forks = 'forks@demo-project.iam.gserviceaccount.com';
    const other = await metadata.of(forks);
    expect([await metadata.of(forks), await metadata.of(serviceAccount)]).toEqual([other, metadata.address]);
    const url = `http://${other}/computeMetadata/v1/${account}/identity?audience=a&format=full`;
    const token = await (await fetch(url, { headers: { 'Metadata-Flavor': 'Google' } })).text();
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(metadata.jwksUrl)));
    expect(payload).toMatchObject({ email: forks, iss: metadata.issuer });
  });

  it('name the account only when the full format is asked for', async () => {
    const token = await (await ask(`${account}/identity?audience=a`)).text();
    expect(decodeJwt(token)).not.toHaveProperty('email');
  });

  it('need an audience', async () => {
    expect((await ask(`${account}/identity`)).status).toBe(400);
  });
});

it('is what google-auth-library talks to on Google Cloud', async () => {
  vi.stubEnv('GCE_METADATA_HOST', metadata.address);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  const auth = new GoogleAuth();
  expect(await auth.getProjectId()).toBe('demo-project');
  expect(await auth.getAccessToken()).toMatch(/^local\./);
  const client = await auth.getIdTokenClient('https://exchange.example');
  const token = await client.idTokenProvider.fetchIdToken('https://exchange.example');
  expect(decodeJwt(token)).toMatchObject({ aud: 'https://exchange.example', email: serviceAccount });
});

describe('the other answers', () => {
  it('are the account, the project and an opaque token', async () => {
    expect(await (await ask(`${account}/email`)).text()).toBe(serviceAccount);
    expect(await (await ask('project/project-id')).text()).toBe('demo-project');
    const token = await (await ask(`${account}/token`)).json();
    expect(token).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3599,
      access_token: expect.stringMatching(/^local\./),
    });
  });

  it('are given only to who sends the header, and not through a proxy', async () => {
    for (const path of [`${account}/identity?audience=a`, `${account}/token`, 'project/project-id']) {
      expect((await ask(path, {})).status).toBe(403);
      expect((await ask(path, { 'Metadata-Flavor': 'Google', 'X-Forwarded-For': '10.0.0.1' })).status).toBe(
        403,
      );
    }
    expect((await ask('instance/id')).status).toBe(404);
    const posted = await fetch(`http://${metadata.address}/computeMetadata/v1/project/project-id`, {
      method: 'POST',
    });
    expect(posted.status).toBe(405);
  });
});
