import { isIP } from 'node:net';

/**
 * The address that a request came from. Each proxy appends to `X-Forwarded-For` whom it was called by, so only
 * the entries that our own proxies wrote are to be believed, and those are counted from the end: what stands
 * before them the caller wrote.
 *
 * @param peer the address at the other end of the connection; null where it is not known.
 * @param proxies how many proxies of ours the request passed.
 */
export function callerAddress(
  header: string | undefined,
  peer: string | null,
  proxies: number,
): string | null {
  const entries = (header ?? '').split(',').map((entry) => entry.trim());
  const told = proxies === 0 ? peer : (entries.at(-proxies) ?? entries[0]);
  const address = told && mappedIPv4(told);
  return address && isIP(address) !== 0 ? address : null;
}

/** An IPv4 address as a socket of both versions tells it (RFC 4291, section 2.5.5.2): as itself. */
function mappedIPv4(address: string): string {
  return /^::ffff:([0-9.]+)$/i.exec(address)?.[1] ?? address;
}

/** What is counted together: an IPv4 address, or the /64 that one site has of IPv6 (RFC 4291, section 2.5.4). */
export function networkOf(address: string | null): string {
  if (address === null || isIP(address) !== 6) return address ?? 'unknown';
  const [left = '', right = ''] = address.split('%')[0]?.split('::') ?? [];
  const groups = left === '' ? [] : left.split(':');
  const missing = address.includes('::')
    ? 8 - groups.length - (right === '' ? 0 : right.split(':').length)
    : 0;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...right.split(':')];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
