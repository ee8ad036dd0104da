import { describe, expect, it } from 'vitest';
import { callerAddress, networkOf } from '#handlers/api/from.ts';

describe('where a request came from', () => {
  it.each([
    ['nobody told', undefined, null, 0, null],
    ['the peer, without a proxy', undefined, '203.0.113.7', 0, '203.0.113.7'],
    ['not what the caller wrote, without a proxy', '6.6.6.6', '203.0.113.7', 0, '203.0.113.7'],
    ['whom our proxy was called by', '203.0.113.7', '10.0.0.1', 1, '203.0.113.7'],
    ['not what the caller wrote before it', '6.6.6.6, 203.0.113.7', '10.0.0.1', 1, '203.0.113.7'],
    ['whom the first of two was called by', '6.6.6.6, 203.0.113.7, 10.0.0.2', null, 2, '203.0.113.7'],
    ['the only one told, where a proxy replaces the header', '203.0.113.7', null, 2, '203.0.113.7'],
    ['an IPv4 address in disguise', undefined, '::ffff:203.0.113.7', 0, '203.0.113.7'],
    ['an IPv6 address', '2001:db8::1', null, 1, '2001:db8::1'],
    ['nothing that is no address', 'unknown', null, 1, null],
    ['nothing, where the header is missing', undefined, '10.0.0.1', 1, null],
  ] as const)('is %s', (_, header, peer, proxies, told) =>
    expect(callerAddress(header, peer, proxies)).toBe(told),
  );

  it.each([
    [null, 'unknown'],
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('counts %s with %s', (address, network) => expect(networkOf(address)).toBe(network));
});
