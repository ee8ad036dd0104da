import { isIP } from 'node:net';
import { z } from 'zod';

/**
 * Which addresses the service and the builder may clone from. `https` to a public host always; the
 * `host:port` entries of `allow` (the local stack's own git server) also over `http` and on private addresses. In an
 * entry without a port, and in an address without one, it is the scheme's own.
 */
export interface ClonePolicy {
  readonly allow: readonly string[];
}

/** A checked clone address: no credentials, query or fragment in it. */
export interface CloneUrl {
  readonly href: string;
  readonly host: string;
  /** Whether the policy names this host: then its address may be a private one. */
  readonly allowed: boolean;
}

/** What an address looks like, whoever it leads to: the policy is for `checkCloneUrl`. */
export const CLONE_URL = /^https?:\/\/[^\s\\?#@/]+(?:\/[^\s\\?#]*)?$/;

/** Checks an address before anything runs with it. The error is a sentence for the person who gave it. */
export function checkCloneUrl(text: string, policy: ClonePolicy): { ok: CloneUrl } | { error: string } {
  // URL drops blanks and line ends and turns `\` into `/`; git and curl read such a text as another address.
  if (text.length > 2048 || /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text))
    return { error: 'is not a URL' };
  const url = new URL(text);
  const allowed = policy.allow.includes(url.host) || policy.allow.includes(withPort(url));
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowed))
    return { error: 'must be an https:// address' };
  if (url.username !== '' || url.password !== '')
    return { error: 'must not contain a user name or password' };
  if (/[?#]/.test(url.href)) return { error: 'must not contain a query or fragment' };
  if (!allowed && isPrivateHost(url.hostname)) return { error: 'points to a private address' };
  if (!allowed && url.port !== '') return { error: 'must not name a port' };
  return { ok: { href: url.href, host: url.host, allowed } };
}

/** `host:port` also where the port is the scheme's own, which `URL` leaves out. */
const withPort = ({ hostname, port, protocol }: URL) =>
  `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;

/** A zod string that is a clone address under the policy. */
export function cloneUrlSchema(policy: ClonePolicy) {
  return z.string().superRefine((text, context) => {
    const checked = checkCloneUrl(text, policy);
    if ('error' in checked) context.addIssue({ code: 'custom', message: checked.error });
  });
}

/** Whether a host is a private, loopback or link-local address, or a name that only ever means one. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
    .toLowerCase();
  if (isIP(host) !== 0) return isPrivateAddress(host);
  return !host.includes('.') || /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/.test(host);
}

/** Whether an IP address is outside the public unicast space (IANA special-purpose registries, RFC 6890). */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  if (mapped) return isIP(mapped) === 4 ? isPrivateAddress(mapped) : true;
  if (isIP(address) === 6)
    return (
      !/^[23][0-9a-f]{3}:/i.test(address) || /^2001:(?:db8|0{0,3}):/i.test(address) || /^2002:/.test(address)
    );
  const [a = 0, b = 0, c = 0] = address.split('.').map(Number);
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100 && b >= 64 && b <= 127) return true;
  if (a === 169 && b === 254) return true;
  if (a === 172 && b >= 16 && b <= 31) return true;
  if (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) return true;
  if (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) return true;
  return a === 203 && b === 0 && c === 113;
}
