import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isPrivateAddress } from '#core/clone-url.ts';
import { UserError } from '#core/errors.ts';

/** How long a host may take to answer a connection (ms). */
const CONNECT_MS = 10_000;

/**
 * A `fetch` for addresses that a team chose: it connects to public addresses only. This is checked as a
 * connection is made, on the address that it goes to; so a name that means another address the second time,
 * a redirect, a token server or an upload address that the registry names are all under the same rule.
 * @param allow `host:port` entries that may be private (the local stack's); without a port, the scheme's own.
 */
export function publicFetch(allow: readonly string[]): typeof fetch {
  const open = buildConnector({ timeout: CONNECT_MS });
  const guarded = buildConnector({ timeout: CONNECT_MS, lookup: publicLookup });
  const connect: buildConnector.connector = (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const usual = options.protocol === 'https:' ? '443' : '80';
    const port = options.port || usual;
    const named = port === usual && allow.includes(options.hostname);
    if (named || allow.includes(`${options.hostname}:${port}`)) return open(options, callback);
    // a literal address is never looked up
    if (isIP(host) !== 0 && isPrivateAddress(host)) return callback(privateAddress(host), null);
    return guarded(options, callback);
  };
  const dispatcher = new Agent({ connect });
  return async (input, init) => {
    try {
      return await fetch(input, Object.assign({}, init, { dispatcher }));
    } catch (error) {
      const cause = error instanceof Error ? error.cause : null;
      throw cause instanceof UserError ? cause : error;
    }
  };
}

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const refused = addresses.find(({ address }) => isPrivateAddress(address));
    if (refused) return callback(privateAddress(hostname), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

function privateAddress(host: string): UserError {
  return new UserError('refused', `${host} points to a private address`);
}
