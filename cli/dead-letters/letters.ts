import type { Api } from '../kit/api.ts';
import { pages } from '../kit/pages.ts';

/** The newest dead letters. */
export function deadLetters(api: Api, limit: number) {
  return pages(limit, 'dead_letters', (page) => api.call('dead_letters.list', { query: page }));
}
