import type { Api } from '../kit/api.ts';
import { wholeId } from '../kit/ids.ts';
import type { Answer, Query } from '../kit/operations.ts';
import { type Found, pages } from '../kit/pages.ts';

export type ApiDelivery = Answer<'deliveries.list'>['deliveries'][number];

const KIND = { what: 'delivery', whole: /^d-[0-9a-f]{24}$/, next: 'bitflow deliveries list' };

/** The newest deliveries, narrowed. */
export function deliveries(
  api: Api,
  limit: number,
  filters: Query<'deliveries.list'> = {},
): Promise<Found<ApiDelivery>> {
  return pages(limit, 'deliveries', (page) =>
    api.call('deliveries.list', { query: { ...filters, ...page } }),
  );
}

/** The id of a delivery for one that may be shortened. */
export function deliveryId(api: Api, given: string): Promise<string> {
  return wholeId(given, KIND, (limit) => deliveries(api, limit));
}

/** What a delivery was about, in a few words: a branch, a tag, a pull request, or nothing. */
export function aboutOf({ ref, pull_request: number }: ApiDelivery): string {
  if (number !== null) return `#${number}`;
  return ref?.replace(/^refs\/(?:heads|tags)\//, '') ?? '';
}
