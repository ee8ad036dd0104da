import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jwksIdentity } from '#adapters/identity/jwks.ts';
import { emulatorIdentity, firebaseIdentity, identityByIssuer } from '#adapters/identity/people.ts';
import { listen } from '#test/support/listen.ts';

const PROJECT = 'demo-project';
const FIREBASE = `https://securetoken.google.com/${PROJECT}`;
const GOOGLE = 'https://accounts.google.com';
const ANN = { sub: '1', email: 'ann@acme.example', email_verified: true };

const { publicKey, privateKey } = await generateKeyPair('RS256');
const others = await generateKeyPair('RS256');
let jwksUrl = '';
let close = async (): Promise<void> => undefined;

beforeAll(async () => {
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }];
  const server = createServer((_, response) => response.end(JSON.stringify({ keys })));
  const at = await listen(server);
  jwksUrl = `http://${at.address}/certs`;
  close = at.close;
});
afterAll(() => close());

interface Token {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string;
  readonly key?: typeof privateKey;
}

const signed = ({
  claims = ANN,
  issuer = FIREBASE,
  audience = PROJECT,
  expires = '1h',
  key = privateKey,
}: Token) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key);

const unsigned = ({ claims = ANN, issuer = FIREBASE, audience = PROJECT, expires = '1h' }: Token) =>
  new UnsecuredJWT(claims).setIssuer(issuer).setAudience(audience).setExpirationTime(expires).encode();

/** What is wrong with a token that is otherwise one of Ann's. */
const WRONG: [string, Token][] = [
  ['of another project', { issuer: `${FIREBASE}-2`, audience: `${PROJECT}-2` }],
  ['for somebody else', { audience: 'another' }],
  ['of another issuer', { issuer: GOOGLE }],
  ['that is over', { expires: '-1s' }],
  ['whose address was never verified', { claims: { ...ANN, email_verified: false } }],
  ['that does not say whether it was', { claims: { sub: '1', email: ANN.email } }],
  ['without an address', { claims: { sub: '1', email_verified: true } }],
  ['of nobody', { claims: { ...ANN, sub: '' } }],
];

describe('Firebase’s ID tokens', () => {
  const verify = (token: string) => firebaseIdentity(PROJECT, jwksUrl).verify(token);

  it('say who somebody is', async () => {
    expect(await verify(await signed({}))).toEqual({ email: ANN.email });
  });

  it.each([...WRONG, ['signed by somebody else', { key: others.privateKey }]] as [string, Token][])(
    'one %s is nobody’s',
    async (_, token) => expect(await verify(await signed(token))).toBeNull(),
  );

  it('one that nobody signed is nobody’s', async () => {
    expect(await verify(unsigned({}))).toBeNull();
  });
});

describe('the Auth emulator’s ID tokens', () => {
  const verify = (token: string) => emulatorIdentity(PROJECT).verify(token);

  it('say who somebody is, without a signature', async () => {
    expect(await verify(unsigned({}))).toEqual({ email: ANN.email });
  });

  it.each(WRONG)('one %s is nobody’s', async (_, token) => expect(await verify(unsigned(token))).toBeNull());

  it('are for demo- projects only', () => {
    expect(() => emulatorIdentity('production')).toThrow('production');
  });
});

describe('several issuers', () => {
  it('each answers for its own tokens', async () => {
    const people = identityByIssuer({
      [FIREBASE]: firebaseIdentity(PROJECT, jwksUrl),
      [GOOGLE]: jwksIdentity({ jwksUrl, issuer: GOOGLE, audience: ['client-1', 'client-2'] }),
    });
    expect(await people.verify(await signed({}))).toEqual({ email: ANN.email });
    expect(await people.verify(await signed({ issuer: GOOGLE, audience: 'client-2' }))).toEqual({
      email: ANN.email,
    });
    expect(await people.verify(await signed({ issuer: GOOGLE, audience: PROJECT }))).toBeNull();
    expect(await people.verify(await signed({ audience: 'client-2' }))).toBeNull();
    expect(await people.verify(await signed({ issuer: 'https://elsewhere.example' }))).toBeNull();
    expect(await people.verify(await signed({ issuer: '__proto__' }))).toBeNull();
    for (const nonsense of ['', 'x', 'a.b.c', '..', 'bft_0123456789abcdef'])
      expect(await people.verify(nonsense)).toBeNull();
  });
});
