import { describe, expect, it } from 'vitest';
import { checkCloneUrl, cloneUrlSchema, isPrivateAddress } from '#core/clone-url.ts';

const NONE = { allow: [] };
const error = (text: string, allow: readonly string[] = []) => {
  const checked = checkCloneUrl(text, { allow });
  return 'error' in checked ? checked.error : null;
};

describe('checkCloneUrl', () => {
  it.each([
    'https://github.com/acme/shop.git',
    'https://gitlab.example.com/g/s/n.git',
    'https://8.8.8.8/x',
    'https://[2606:4700::1111]/x',
    'https://GitHub.com/acme/shop',
    'https://github.com:443/acme/shop',
  ])('accepts %s', (text) => expect(error(text)).toBeNull());

  it.each([
    ['', /not a URL/],
    ['acme/shop', /not a URL/],
    ['git@github.com:acme/shop.git', /not a URL/],
    [`https://github.com/${'x'.repeat(2048)}`, /not a URL/],
    ['--upload-pack=x', /not a URL/],
    ['file:///etc/passwd', /https/],
    ['ssh://git@github.com/acme/shop.git', /https/],
    ['git://github.com/acme/shop.git', /https/],
    ['ext::sh -c whoami', /not a URL/],
    ['http://github.com/acme/shop.git', /https/],
    ['ftp://github.com/x', /https/],
    ['javascript:alert(1)', /https/],
    ['https://user@github.com/x', /user name/],
    ['https://user:pass@github.com/x', /user name/],
    ['https://:pass@github.com/x', /user name/],
    ['https://github.com/x?y=1', /query/],
    ['https://github.com/x#y', /query/],
    ['https://github.com/x?', /query/],
    ['https://github.com/x#', /query/],
    ['https://github.com:8443/x', /port/],
    ['https://github.com:22/x', /port/],
  ])('refuses %s', (text, why) => expect(error(text)).toMatch(why));

  it.each([
    'localhost',
    'LOCALHOST',
    'localhost.',
    'localhost..',
    'a.localhost',
    'gitserver',
    'git.local',
    'git.internal',
    'metadata.google.internal',
    'metadata.google.internal.',
    'router.home.arpa',
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '2852039166',
    '100.64.0.1',
    '192.0.0.8',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '１２７.0.0.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:a9fe:a9fe]',
    '[::127.0.0.1]',
    '[64:ff9b::169.254.169.254]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[ff02::1]',
    '[2::1]',
    '[2001:db8::1]',
    '[2001:0:1::1]',
    '[2002:7f00:1::]',
  ])('refuses the private host %s', (host) => expect(error(`https://${host}/x.git`)).toMatch(/private/));

  it.each([
    'https://github.com\\@evil.example/x',
    'https://github.com\t/x',
    'https://git\nhub.com/x',
    ' https://github.com/x',
    'https://github.com/x\u0000',
    'https://github.com/a b',
  ])('refuses %j, which git would read as another address than URL does', (text) => {
    expect(error(text)).toBe('is not a URL');
  });

  it('takes what the policy names, also over http and on a private address', () => {
    const allow = ['127.0.0.1:3000', 'git.internal'];
    expect(error('http://127.0.0.1:3000/acme/shop.git', allow)).toBeNull();
    expect(error('https://git.internal/x', allow)).toBeNull();
    expect(checkCloneUrl('http://127.0.0.1:3000/x', { allow })).toMatchObject({
      ok: { host: '127.0.0.1:3000', allowed: true },
    });
    expect(checkCloneUrl('https://github.com/x', { allow })).toMatchObject({ ok: { allowed: false } });
  });

  it('takes a named port that is the scheme’s own, which addresses leave out', () => {
    const allow = ['git.internal:443', '10.0.0.7:80'];
    expect(error('https://git.internal/x', allow)).toBeNull();
    expect(error('https://git.internal:443/x', allow)).toBeNull();
    expect(error('http://10.0.0.7/x', allow)).toBeNull();
    expect(error('http://git.internal/x', allow)).toMatch(/https/);
    expect(error('https://10.0.0.7/x', allow)).toMatch(/private/);
  });

  it('takes no neighbour of what the policy names, and no credentials there either', () => {
    const allow = ['127.0.0.1:3000'];
    expect(error('http://127.0.0.1:3001/x', allow)).toMatch(/https/);
    expect(error('http://127.0.0.1/x', allow)).toMatch(/https/);
    expect(error('https://127.0.0.1/x', allow)).toMatch(/private/);
    expect(error('http://127.0.0.1:3000@evil.example/x', allow)).toMatch(/https|user name/);
    expect(error('http://a:b@127.0.0.1:3000/x', allow)).toMatch(/user name/);
    expect(error('file://127.0.0.1:3000/x', allow)).not.toBeNull();
  });

  it('is a schema that says what is wrong', () => {
    const schema = cloneUrlSchema(NONE);
    expect(schema.parse('https://github.com/acme/shop')).toBe('https://github.com/acme/shop');
    expect(schema.safeParse('https://localhost/x').error?.issues[0]?.message).toMatch(/private/);
  });
});

it('tells public from private addresses, as a resolver gives them', () => {
  for (const address of [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.1.1',
    '198.17.0.1',
    '198.20.0.1',
    '203.0.114.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
    '3000::1',
  ]) {
    expect(isPrivateAddress(address), address).toBe(false);
  }
  for (const address of [
    '::ffff:192.168.0.1',
    '::ffff:c0a8:1',
    'fe80::1%eth0',
    '198.51.100.7',
    '203.0.113.7',
    '192.0.2.1',
    '240.0.0.1',
    '3::1',
    '20::1',
  ]) {
    expect(isPrivateAddress(address), address).toBe(true);
  }
});
