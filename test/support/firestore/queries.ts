import { z } from 'zod';

const Field = z.object({ fieldPath: z.string() });
const Direction = z.enum(['ASCENDING', 'DESCENDING']);

type Filter =
  | { readonly compositeFilter: { readonly filters: readonly Filter[] } }
  | { readonly fieldFilter: { readonly field: { readonly fieldPath: string }; readonly op: string } }
  | { readonly unaryFilter: { readonly field: { readonly fieldPath: string }; readonly op: string } };
const Filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    z.object({ compositeFilter: z.object({ filters: z.array(Filter) }) }),
    z.object({ fieldFilter: z.object({ field: Field, op: z.string() }) }),
    z.object({ unaryFilter: z.object({ field: Field, op: z.string() }) }),
  ]),
);

const StructuredQuery = z.object({
  from: z.array(z.object({ collectionId: z.string(), allDescendants: z.boolean().optional() })).length(1),
  where: Filter.optional(),
  orderBy: z.array(z.object({ field: Field, direction: Direction.default('ASCENDING') })).default([]),
  offset: z.int().optional(),
});

const Query = z.object({ structuredQuery: StructuredQuery });
/** The messages of google.firestore.v1.Firestore that hold a query, by method. */
const HOLDERS: Readonly<Record<string, z.ZodType<z.infer<typeof Query> | null>>> = {
  RunQuery: Query,
  RunAggregationQuery: z
    .object({ structuredAggregationQuery: Query })
    .transform(({ structuredAggregationQuery }) => structuredAggregationQuery),
  Listen: z
    .object({ addTarget: z.object({ query: Query.optional() }).optional() })
    .transform(({ addTarget }) => addTarget?.query ?? null),
};

/** What of a query decides which index it takes. */
export interface QueryShape {
  readonly collection: string;
  readonly scope: 'COLLECTION' | 'COLLECTION_GROUP';
  /** Fields of which one value, or one of a list, is asked for. */
  readonly equal: readonly string[];
  /** Lists of which one value is asked for. */
  readonly contains: readonly string[];
  /** The order of the result, those that Firestore adds included, without the document's name. */
  readonly orders: readonly { readonly fieldPath: string; readonly order: z.infer<typeof Direction> }[];
  readonly offset: number;
}

/** One value is asked for: each value of a list is a query for itself (`in` is a disjunction). */
const EQUALITIES = new Set(['EQUAL', 'IN', 'IS_NULL', 'IS_NAN']);
const CONTAINMENTS = new Set(['ARRAY_CONTAINS', 'ARRAY_CONTAINS_ANY']);
const NAME = '__name__';

/** The query that a message of Firestore's API holds; null where it holds none. */
export function queryIn(method: string, message: unknown): QueryShape | null {
  const query = HOLDERS[method]?.parse(message);
  if (!query) return null;
  const { from, where, orderBy, offset = 0 } = query.structuredQuery;
  const filters = where === undefined ? [] : leaves(where);
  const fieldsOf = (isWanted: (op: string) => boolean) => {
    const found = filters.filter(({ op }) => isWanted(op)).map(({ fieldPath }) => fieldPath);
    return [...new Set(found)].toSorted();
  };
  const ranges = fieldsOf((op) => !EQUALITIES.has(op) && !CONTAINMENTS.has(op));
  const given = orderBy.map(({ field, direction }) => ({ fieldPath: field.fieldPath, order: direction }));
  const [{ order: last } = { order: 'ASCENDING' as const }] = given.toReversed();
  const added = ranges
    .filter((fieldPath) => !given.some((order) => order.fieldPath === fieldPath))
    .map((fieldPath) => ({ fieldPath, order: last }));
  return {
    collection: from[0]?.collectionId ?? '',
    scope: from[0]?.allDescendants ? 'COLLECTION_GROUP' : 'COLLECTION',
    equal: fieldsOf((op) => EQUALITIES.has(op)),
    contains: fieldsOf((op) => CONTAINMENTS.has(op)),
    orders: withoutName([...given, ...added]),
    offset,
  };
}

/** Every index ends with the document's name, in the direction of the field before it. */
function withoutName(orders: QueryShape['orders']): QueryShape['orders'] {
  const [name, before] = orders.toReversed();
  if (name?.fieldPath !== NAME || name.order !== (before?.order ?? 'ASCENDING')) return orders;
  return orders.slice(0, -1);
}

function leaves(filter: Filter): { fieldPath: string; op: string }[] {
  if ('compositeFilter' in filter) return filter.compositeFilter.filters.flatMap(leaves);
  const { field, op } = 'fieldFilter' in filter ? filter.fieldFilter : filter.unaryFilter;
  return [{ fieldPath: field.fieldPath, op }];
}
