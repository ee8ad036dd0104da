import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { Secret } from '#core/secret.ts';

describe('verify', () => {
  const SECRET = "It's a Secret to Everybody";
  const BODY = 'Hello, World!';
  /** The example of docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries. */
  const GOOD = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const verify = (signature: string | undefined, secrets: readonly string[], rawBody = BODY) =>
    githubWebhooks.verify(
      { headers: { 'x-hub-signature-256': signature }, rawBody },
      secrets.map((secret) => new Secret(secret)),
      0,
    );
  const signed = (body: string, secret: string) =>
    `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;

  it('takes the example that GitHub documents', async () => {
    expect(await verify(GOOD, [SECRET])).toBe('body');
  });

  it('takes the signature of any of several secrets, so that one can be rotated', async () => {
    expect(await verify(GOOD, ['new', SECRET])).toBe('body');
    expect(await verify(GOOD, [SECRET, 'new'])).toBe('body');
    expect(await verify(GOOD, ['new', 'newer'])).toBeNull();
    expect(await verify(GOOD, [])).toBeNull();
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['only its name', 'sha256='],
    ['another body’s', signed('Hello, World', SECRET)],
    ['another secret’s', signed(BODY, SECRET.toLowerCase())],
    ['one without its name', GOOD.slice(7)],
    ['one with another name', GOOD.replace('sha256=', 'sha1=')],
    ['SHA-1', `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`],
    ['a cut one', GOOD.slice(0, -1)],
    ['a longer one', `${GOOD}0`],
    ['upper case', `sha256=${GOOD.slice(7).toUpperCase()}`],
    ['two of them', `${GOOD}, ${GOOD}`],
    ['other characters of the same length', `sha256=${'é'.repeat(64)}`],
  ])('refuses %s', async (_, signature) => {
    expect(await verify(signature, [SECRET])).toBeNull();
  });

  it('is over the raw bytes: another spelling of the same JSON is refused', async () => {
    const body = '{"a":1,"b":"ü"}';
    expect(await verify(signed(body, SECRET), [SECRET], body)).toBe('body');
    expect(await verify(signed(body, SECRET), [SECRET], '{"a": 1, "b": "ü"}')).toBeNull();
    expect(await verify(signed(body, SECRET), [SECRET], '{"a":1,"b":"\\u00fc"}')).toBeNull();
  });

  it('refuses an empty body, whoever signed it', async () => {
    expect(await verify(signed('', SECRET), [SECRET], '')).toBeNull();
  });

  it('looks at no other header', async () => {
    const sha1 = `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`;
    const headers = { 'x-hub-signature': sha1, 'x-hub-signature-256': undefined };
    expect(await githubWebhooks.verify({ headers, rawBody: BODY }, [new Secret(SECRET)], 0)).toBeNull();
  });
});

describe('eventId', () => {
  const eventId = (id: string | undefined) =>
    githubWebhooks.eventId({ headers: { 'x-github-delivery': id }, rawBody: '' });

  it('is GitHub’s own', () => {
    const guid = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
    expect(eventId(guid)).toBe(guid);
    expect(eventId('a'.repeat(64))).toBe('a'.repeat(64));
  });

  it.each([
    undefined,
    '',
    '1234567',
    'a'.repeat(65),
    '../../../etc',
    'a b c d e f',
    '72d3162e\n',
    'ééééééééé',
  ])('is none where the header holds %j', (id) => {
    expect(eventId(id)).toBeNull();
  });
});
