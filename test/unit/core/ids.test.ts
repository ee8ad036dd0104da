import { describe, expect, it } from 'vitest';
import {
  attemptTag,
  buildIdFresh,
  buildIdOf,
  concurrencyGroup,
  deliveryId,
  eventKey,
  exchangeToken,
  parseAttemptTag,
  repositoryId,
  safeEqual,
  signBody,
  tokenHash,
} from '#core/ids.ts';
import { Secret } from '#core/secret.ts';

describe('ids', () => {
  it('are the same for the same thing, and of a grammar that every store and tag takes', () => {
    expect(repositoryId('github', 'Acme/Shop')).toBe(repositoryId('github', 'acme/shop'));
    expect(repositoryId('github', 'acme/shop')).toMatch(/^r-[0-9a-f]{20}$/);
    expect(deliveryId('github', { id: 'x', about: null })).toMatch(/^d-[0-9a-f]{24}$/);
    expect(buildIdOf('d-1', 'acme/shop')).toMatch(/^b-[0-9a-f]{24}$/);
    expect(buildIdFresh('1')).toMatch(/^b-[0-9a-f]{24}$/);
  });

  it('differ where one part does, and where the border between parts does', () => {
    const all = [
      deliveryId('github', { id: 'x', about: null }),
      deliveryId('gitlab', { id: 'x', about: null }),
      deliveryId('github', { id: 'y', about: null }),
      deliveryId('github', { id: 'x', about: 'r-1' }),
      deliveryId('github', { content: ['x'] }),
      deliveryId('github', { content: ['x', 'y'] }),
      deliveryId('github', { content: ['xy'] }),
      deliveryId('githubx', { id: '', about: null }),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(buildIdOf('d-1', 'a')).not.toBe(buildIdOf('d-2', 'a'));
    expect(buildIdOf('d-1', 'a')).not.toBe(buildIdOf('d-1', 'b'));
    expect(repositoryId('github', 'a/b')).not.toBe(repositoryId('gitlab', 'a/b'));
  });

  it('read an attempt tag back, and nothing else', () => {
    const buildId = buildIdFresh('1');
    expect(parseAttemptTag(attemptTag(buildId, 12))).toEqual({ buildId, attempt: 12 });
    for (const tag of [
      'latest',
      `build-${buildId}`,
      `build-${buildId}-a0`,
      `build-${buildId}-a01`,
      `build-${buildId}-a1\n`,
      `x-build-${buildId}-a1`,
      `build-${buildId}-a10000`,
      'build-b-xyz-a1',
    ]) {
      expect(parseAttemptTag(tag), tag).toBeNull();
    }
  });
});

describe('keys', () => {
  const key = new Secret('key');

  it('are the same from any submitter, of one build, attempt and purpose', () => {
    expect(exchangeToken(key, 'b-1', 1)).toBe(exchangeToken(new Secret('key'), 'b-1', 1));
    const all = [
      exchangeToken(key, 'b-1', 1),
      exchangeToken(key, 'b-1', 2),
      exchangeToken(key, 'b-2', 1),
      exchangeToken(new Secret('other'), 'b-1', 1),
      eventKey(key, 'b-1', 1),
      eventKey(key, 'b-1', 2),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('sign exact bytes', () => {
    const body = Buffer.from('{"a":1}');
    expect(signBody('k', body)).toBe(signBody('k', Buffer.from('{"a":1}')));
    expect(signBody('k', body)).not.toBe(signBody('k', Buffer.from('{"a": 1}')));
    expect(signBody('k', body)).not.toBe(signBody('l', body));
  });

  it('compare strings of any length', () => {
    expect(safeEqual('a', 'a')).toBe(true);
    expect(safeEqual('', '')).toBe(true);
    expect(safeEqual('a', 'b')).toBe(false);
    expect(safeEqual('a', 'aa')).toBe(false);
  });

  it('store a token as its SHA-256', () => {
    expect(tokenHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

it('groups the builds of one ref of one connection that go to one place', () => {
  const shop = { registry: null, name: 'acme/shop' };
  const group = concurrencyGroup('c-1', 'refs/heads/main', shop);
  expect(concurrencyGroup('c-1', 'refs/heads/main', { ...shop })).toBe(group);
  for (const other of [
    concurrencyGroup('c-2', 'refs/heads/main', shop),
    concurrencyGroup('c-1', 'refs/tags/main', shop),
    concurrencyGroup('c-1', 'pr:1', shop),
    concurrencyGroup('c-1', 'refs/heads/main', { registry: null, name: 'acme/shop/api' }),
    concurrencyGroup('c-1', 'refs/heads/main', { registry: 'ghcr.io/acme', name: 'acme/shop' }),
  ])
    expect(other).not.toBe(group);
});
