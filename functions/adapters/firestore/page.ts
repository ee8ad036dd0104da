import { FieldPath, type Query } from '@google-cloud/firestore';
import type { z } from 'zod';
import { cursorAfter, type Place, parseCursor } from '#core/page.ts';
import type { Page, PageRequest } from '#core/ports.ts';
import { guarded } from './documents.ts';

/**
 * A page of a query, newest first by `field` (ms since the epoch), then by id. One document more than the page
 * is read, to know whether there is a next one.
 */
export async function newestFirst<T>(
  query: Query,
  schema: z.ZodType<T>,
  { field, placeOf }: { field: string; placeOf: (item: T) => Place },
  { limit, after }: PageRequest,
): Promise<Page<T>> {
  let ordered = query.orderBy(field, 'desc').orderBy(FieldPath.documentId(), 'desc');
  if (after !== null) {
    const { at, id } = parseCursor(after);
    ordered = ordered.startAfter(at, id);
  }
  const { docs } = await guarded(() => ordered.limit(limit + 1).get());
  const items = docs.slice(0, limit).map((doc) => schema.parse(doc.data()));
  const last = items.at(-1);
  return { items, next: docs.length > limit && last !== undefined ? cursorAfter(placeOf(last)) : null };
}
