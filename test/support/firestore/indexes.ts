import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';
import type { QueryShape } from './queries.ts';

const Field = z.union([
  z.strictObject({ fieldPath: z.string(), order: z.enum(['ASCENDING', 'DESCENDING']) }),
  z.strictObject({ fieldPath: z.string(), arrayConfig: z.literal('CONTAINS') }),
]);

const Index = z.strictObject({
  collectionGroup: z.string(),
  queryScope: z.enum(['COLLECTION', 'COLLECTION_GROUP']),
  fields: z.array(Field).min(2),
});
export type Index = z.infer<typeof Index>;

const Indexes = z.strictObject({
  indexes: z.array(Index),
  fieldOverrides: z.array(
    z.strictObject({
      collectionGroup: z.string(),
      fieldPath: z.string(),
      ttl: z.boolean().optional(),
      indexes: z.array(z.never()),
    }),
  ),
});
export type Indexes = z.infer<typeof Indexes>;

/** The one list of indexes, as it is deployed. */
export async function readIndexes(): Promise<Indexes> {
  return Indexes.parse(JSON.parse(await readFile(join(ROOT, 'firestore.indexes.json'), 'utf8')));
}

/**
 * What serves a query: an index of the list, `automatic` where Firestore's own index of one field does, or null.
 * Stricter than Firestore, which also merges indexes: a merge reads past what it does not return, so its time
 * has no bound, and not every query with `in` gets one (docs/decisions/0017).
 */
export function indexFor(
  { indexes, fieldOverrides }: Indexes,
  query: QueryShape,
): Index | 'automatic' | null {
  const filtered = [...query.equal, ...query.contains];
  const fields = [...filtered, ...query.orders.map(({ fieldPath }) => fieldPath)];
  const exempt = fieldOverrides.some(
    ({ collectionGroup, fieldPath }) => collectionGroup === query.collection && fields.includes(fieldPath),
  );
  if (exempt) return null;
  if (fields.length <= 1 && query.scope === 'COLLECTION') return 'automatic';
  return indexes.find((index) => serves(index, query)) ?? null;
}

function serves(index: Index, { collection, scope, equal, contains, orders }: QueryShape): boolean {
  const prefix = index.fields.slice(0, equal.length + contains.length);
  const names = (array: boolean) =>
    prefix.flatMap((field) => ('arrayConfig' in field === array ? [field.fieldPath] : [])).toSorted();
  return (
    index.collectionGroup === collection &&
    index.queryScope === scope &&
    JSON.stringify([names(false), names(true)]) === JSON.stringify([equal, contains]) &&
    JSON.stringify(index.fields.slice(prefix.length)) === JSON.stringify(orders)
  );
}
