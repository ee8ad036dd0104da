import type { Api } from '../kit/api.ts';
import { wholeId } from '../kit/ids.ts';
import { pages } from '../kit/pages.ts';

const KIND = { what: 'token', whole: /^t-[0-9a-f]{24}$/, next: 'bitflow tokens list' };

/** The id of a token, which may be shortened. Throws CliError (4, 2). */
export function tokenIdOf(api: Api, given: string): Promise<string> {
  return wholeId(given, KIND, (limit) => tokens(api, limit));
}

export function tokens(api: Api, limit: number) {
  return pages(limit, 'tokens', (page) => api.call('tokens.list', { query: page }));
}
