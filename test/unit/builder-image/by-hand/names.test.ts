import { describe, expect, it } from 'vitest';
import { splitCloneAddress } from '#builder/by-hand/clone-address.ts';
import { parseImageReference } from '#builder/by-hand/image-reference.ts';

function split(text: string) {
  const address = splitCloneAddress(text);
  const { credential } = address ?? {};
  return address && [address.url, credential && `${credential.username} ${credential.password.reveal()}`];
}

describe('a clone address', () => {
  it.each([
    ['https://git.example.com/a/b.git', 'https://git.example.com/a/b.git', null],
    ['https://ada:pass@git.example.com/a', 'https://git.example.com/a', 'ada pass'],
    ['https://ada:p%40s%2Fs%3A@git.example.com:8443/a', 'https://git.example.com:8443/a', 'ada p@s/s:'],
    ['https://ada:a@b@git.example.com/a', 'https://git.example.com/a', 'ada a@b'],
    ['https://token@git.example.com/a@b', 'https://git.example.com/a@b', 'token '],
    ['https://:pass@git.example.com/a', 'https://git.example.com/a', ' pass'],
    ['HTTPS://ada:pass@git.example.com/a', 'HTTPS://git.example.com/a', 'ada pass'],
  ])('%s', (text, url, credential) => {
    expect(split(text)).toEqual([url, credential]);
  });

  it.each(['git@github.com:a/b.git', 'nothing', 'https://a:%zz@git.example.com/x'])('is not %s', (text) => {
    expect(split(text)).toBeNull();
  });
});

describe('an image reference', () => {
  it.each([
    ['ghcr.io/acme/shop:1.0', 'ghcr.io/acme/shop', '1.0'],
    ['127.0.0.1:5000/shop:latest', '127.0.0.1:5000/shop', 'latest'],
    ['localhost/a/b-c/d__e:_x', 'localhost/a/b-c/d__e', '_x'],
    ['[::1]:5000/shop:1', '[::1]:5000/shop', '1'],
    ['europe-docker.pkg.dev/p/r/i:main-1', 'europe-docker.pkg.dev/p/r/i', 'main-1'],
  ])('%s', (text, image, tag) => {
    expect(parseImageReference(text)).toEqual({ ok: { image, tag } });
  });

  it.each([
    ['shop:1.0', /begin with its registry/],
    ['acme/shop:1.0', /begin with its registry/],
    [':1.0', /begin with its registry/],
    ['ghcr.io/acme/shop', /end in a tag/],
    ['127.0.0.1:5000/shop', /end in a tag/],
    ['ghcr.io/acme/shop:', /end in a tag/],
    ['ghcr.io/acme/shop:-x', /end in a tag/],
    [`ghcr.io/acme/shop:${'x'.repeat(129)}`, /end in a tag/],
    [`ghcr.io/acme/shop@sha256:${'a'.repeat(64)}`, /not in a digest/],
    ['ghcr.io/Acme/shop:1', /lower-case/],
    ['ghcr.io/acme//shop:1', /lower-case/],
    ['ghcr.io/acme/shop,push=false:1', /lower-case/],
    ['ghcr.io/acme/../shop:1', /lower-case/],
    ['https://ghcr.io/acme/shop:1', /begin with its registry/],
    ['ghcr.io,x/acme/shop:1', /begin with its registry/],
    ['ghcr.io/acme/shop:1\n', /end in a tag/],
    [`ghcr.io/${'a'.repeat(250)}:1`, /lower-case/],
  ])('is not %j', (text, message) => {
    expect(parseImageReference(text)).toEqual({ error: expect.stringMatching(message) });
  });
});
