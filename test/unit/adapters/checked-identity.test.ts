import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, it } from 'vitest';
import { checkedIdentity } from '#adapters/identity/checked.ts';

const ISSUER = 'https://accounts.google.com';
const AUDIENCE = 'https://api.example';
const GATEWAY = { sub: '1', email: 'gateway@project.iam.gserviceaccount.com', email_verified: true };
const { verify } = checkedIdentity({ issuer: ISSUER, audience: AUDIENCE });

interface Token {
  readonly claims?: Record<string, unknown>;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | null;
  readonly signature?: string;
}

/** A token as Cloud Run hands it on. */
async function removed({
  claims = GATEWAY,
  issuer = ISSUER,
  audience = AUDIENCE,
  expires = '1h',
  signature = 'SIGNATURE_REMOVED_BY_GOOGLE',
}: Token): Promise<string> {
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience(audience);
  if (expires !== null) token.setExpirationTime(expires);
  return (await token.sign(Buffer.alloc(32))).replace(/[^.]*$/, signature);
}

it('takes the claims of a token whose signature Cloud Run removed', async () => {
  expect(await verify(await removed({}))).toEqual({ email: GATEWAY.email });
});

const WRONG: [string, Token][] = [
  ['for somebody else', { audience: 'https://other.example' }],
  ['of another issuer', { issuer: 'https://issuer.example' }],
  ['that is over', { expires: '-1s' }],
  ['that never ends', { expires: null }],
  ['whose address was never verified', { claims: { ...GATEWAY, email_verified: false } }],
  ['with another signature', { signature: 'c2lnbmVk' }],
  ['with no signature', { signature: '' }],
  ['with more behind it', { signature: 'SIGNATURE_REMOVED_BY_GOOGLE.more' }],
  ['that says so in lower case', { signature: 'signature_removed_by_google' }],
];
it.each(WRONG)('refuses one %s', async (_, token) => {
  expect(await verify(await removed(token))).toBeNull();
});

it.each([
  '',
  'SIGNATURE_REMOVED_BY_GOOGLE',
  'a.b.SIGNATURE_REMOVED_BY_GOOGLE',
  '..SIGNATURE_REMOVED_BY_GOOGLE',
  new UnsecuredJWT(GATEWAY).setIssuer(ISSUER).setAudience(AUDIENCE).setExpirationTime('1h').encode(),
])('refuses %j', async (token) => {
  expect(await verify(token)).toBeNull();
});
