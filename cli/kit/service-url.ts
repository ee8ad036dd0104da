/**
 * A service's address as a person may write it, as an origin. Tokens are sent there: so it is https, but on this
 * very machine.
 */
export function serviceUrl(text: string): { url: string; problem: '' } | { url: null; problem: string } {
  const refuse = (problem: string) => ({ url: null, problem }) as const;
  const given = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${schemeOf(text)}://${text}`;
  if (!URL.canParse(given)) return refuse('is not an address like https://builds.example.com');
  const { protocol, hostname, username, password, pathname, search, hash, origin } = new URL(given);
  if (protocol !== 'https:' && protocol !== 'http:') return refuse('must begin with https://');
  if (username || password) return refuse('must have no user or password in it');
  if (search || hash || pathname !== '/') return refuse('must be a host alone, without a path');
  if (protocol === 'http:' && !isThisMachine(hostname))
    return refuse('must begin with https://: over http:// anybody on the way could read your token');
  return { url: origin, problem: '' };
}

/** What is meant where no scheme is written. */
function schemeOf(text: string): 'http' | 'https' {
  const address = `http://${text}`;
  return URL.canParse(address) && isThisMachine(new URL(address).hostname) ? 'http' : 'https';
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
