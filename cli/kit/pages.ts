import { z } from 'zod';

/** The most that a page may have. */
const PAGE = 100;

const RawPage = z.record(z.string(), z.unknown());
const RawItems = z.array(z.unknown());

/** Things of a list, from several pages where one does not have as many. */
export interface Found<Item> {
  readonly items: readonly Item[];
  /** The same as one page of the API, `{[name]: […], next_cursor}`: each item as it came. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Whether the list goes on behind them. */
  readonly more: boolean;
}

/** A page as the API is asked for it. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * The first `limit` things of a list.
 * @param name the field of a page that has them.
 * @param ask gets a page of an operation.
 */
export async function pages<Name extends string, Item>(
  limit: number,
  name: Name,
  ask: (
    page: PageRequest,
  ) => Promise<{ value: Record<Name, Item[]> & { next_cursor: string | null }; raw: unknown }>,
): Promise<Found<Item>> {
  const items: Item[] = [];
  const raws: unknown[] = [];
  for (let cursor: string | null = null; ; ) {
    const left = Math.min(PAGE, limit - items.length);
    const { value, raw } = await ask({ limit: left, ...(cursor !== null && { cursor }) });
    items.push(...value[name]);
    raws.push(...RawItems.parse(RawPage.parse(raw)[name]));
    cursor = value.next_cursor;
    if (cursor === null || items.length >= limit)
      return { items, raw: { [name]: raws, next_cursor: cursor }, more: cursor !== null };
  }
}
