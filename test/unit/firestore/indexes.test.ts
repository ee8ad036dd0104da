import { describe, expect, it } from 'vitest';
import { type Indexes, indexFor } from '#test/support/firestore/indexes.ts';
import { queryIn } from '#test/support/firestore/queries.ts';

const asc = (fieldPath: string) => ({ fieldPath, order: 'ASCENDING' }) as const;
const desc = (fieldPath: string) => ({ fieldPath, order: 'DESCENDING' }) as const;
const index = (...fields: ReturnType<typeof asc | typeof desc>[]) =>
  ({ collectionGroup: 'builds', queryScope: 'COLLECTION', fields }) satisfies Indexes['indexes'][number];
const [BY_TIME, BY_STATUS, BY_TEAM] = [
  index(asc('team'), desc('at')),
  index(asc('team'), asc('status'), desc('at')),
  index(asc('status'), asc('team'), asc('order')),
];
const BY_LABEL = {
  collectionGroup: 'builds',
  queryScope: 'COLLECTION',
  fields: [{ fieldPath: 'labels', arrayConfig: 'CONTAINS' }, asc('team'), asc('at')],
} as const;
const LIST: Indexes = {
  indexes: [BY_TIME, BY_STATUS, BY_TEAM, { ...BY_LABEL, fields: [...BY_LABEL.fields] }],
  fieldOverrides: [{ collectionGroup: 'builds', fieldPath: 'text', indexes: [] }],
};

/** A query as it goes over the wire. */
function query(
  filters: Record<string, string>,
  orders: readonly ReturnType<typeof asc | typeof desc>[] = [],
) {
  const leaves = Object.entries(filters).map(([fieldPath, op]) =>
    op === 'IS_NULL'
      ? { unaryFilter: { op, field: { fieldPath } } }
      : { fieldFilter: { op, field: { fieldPath }, value: { stringValue: 'x' } } },
  );
  const orderBy = orders.map(({ fieldPath, order }) => ({ field: { fieldPath }, direction: order }));
  const [only] = leaves;
  const where = leaves.length > 1 ? { compositeFilter: { op: 'AND', filters: leaves } } : only;
  return { structuredQuery: { from: [{ collectionId: 'builds' }], ...(where && { where }), orderBy } };
}
const found = (...given: Parameters<typeof query>) => {
  const shape = queryIn('RunQuery', query(...given));
  return shape && indexFor(LIST, shape);
};

describe('indexFor', () => {
  it('wants an index for exactly the equalities, then the order', () => {
    expect(found({ team: 'EQUAL' }, [desc('at')])).toBe(BY_TIME);
    expect(found({ team: 'EQUAL', status: 'IN' }, [desc('at'), desc('__name__')])).toBe(BY_STATUS);
    expect(found({ status: 'EQUAL' }, [asc('team'), asc('order')])).toBe(BY_TEAM);
    expect(found({ team: 'IS_NULL', status: 'EQUAL' }, [asc('order')])).toBe(BY_TEAM);
    expect(found({ team: 'EQUAL' }, [asc('at')])).toBeNull();
    expect(found({ team: 'EQUAL' }, [desc('at'), asc('__name__')])).toBeNull();
    expect(found({ team: 'EQUAL', builder: 'EQUAL' }, [desc('at')])).toBeNull();
    expect(found({ team: 'EQUAL', status: 'EQUAL' })).toBeNull();
  });

  it('sorts a range by its field, as Firestore does', () => {
    expect(found({ team: 'EQUAL', at: 'LESS_THAN' }, [desc('at')])).toBe(BY_TIME);
    expect(found({ team: 'EQUAL', at: 'LESS_THAN' })).toBeNull();
    expect(found({ team: 'EQUAL', order: 'LESS_THAN', status: 'EQUAL' })).toBe(BY_TEAM);
  });

  it('tells a value of a list from a value', () => {
    expect(found({ labels: 'ARRAY_CONTAINS', team: 'EQUAL' }, [asc('at')])).toEqual(BY_LABEL);
    expect(found({ labels: 'EQUAL', team: 'EQUAL' }, [asc('at')])).toBeNull();
    expect(found({ labels: 'ARRAY_CONTAINS' }, [asc('at')])).toBeNull();
  });

  it('needs none for one field, unless that is exempt, nor for names alone', () => {
    expect(found({ team: 'EQUAL' })).toBe('automatic');
    expect(found({ at: 'GREATER_THAN' }, [desc('at')])).toBe('automatic');
    expect(found({}, [asc('__name__')])).toBe('automatic');
    expect(found({ text: 'EQUAL' })).toBeNull();
  });
});

describe('queryIn', () => {
  it('finds the query in a count and in a listener', () => {
    const shape = queryIn('RunQuery', query({ team: 'EQUAL' }));
    expect(queryIn('RunAggregationQuery', { structuredAggregationQuery: query({ team: 'EQUAL' }) })).toEqual(
      shape,
    );
    expect(queryIn('Listen', { addTarget: { query: query({ team: 'EQUAL' }) } })).toEqual(shape);
    expect(queryIn('Listen', { addTarget: { documents: {} } })).toBeNull();
    expect(queryIn('Commit', { writes: [] })).toBeNull();
  });

  it('sees an offset', () => {
    const { structuredQuery } = query({});
    expect(queryIn('RunQuery', { structuredQuery: { ...structuredQuery, offset: 7 } })?.offset).toBe(7);
  });
});
