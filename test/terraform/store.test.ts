import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';
import { GIVEN, planOf } from '#test/support/terraform-plan.ts';

const plan = await planOf('terraform/examples/production', GIVEN);

const Field = z.object({
  fieldPath: z.string(),
  order: z.string().nullish(),
  arrayConfig: z.string().nullish(),
});
const Listed = z.object({
  indexes: z.array(z.object({ collectionGroup: z.string(), queryScope: z.string(), fields: z.array(Field) })),
  fieldOverrides: z.array(
    z.object({ collectionGroup: z.string(), fieldPath: z.string(), ttl: z.boolean().default(false) }),
  ),
});
const Planned = z.object({
  collection: z.string(),
  query_scope: z.string().nullish(),
  fields: z.array(
    z.object({ field_path: z.string(), order: z.string().nullish(), array_config: z.string().nullish() }),
  ),
});
const PlannedField = z.object({
  collection: z.string(),
  field: z.string(),
  ttl_config: z.array(z.unknown()).nullish(),
});

const { indexes, fieldOverrides } = Listed.parse(
  JSON.parse(await readFile(join(ROOT, 'firestore.indexes.json'), 'utf8')),
);

it('has each index that a query of the code needs, and no other', () => {
  // That file is held against the queries themselves by a unit test.
  const wanted = indexes.map(({ collectionGroup, queryScope, fields }) =>
    [
      collectionGroup,
      queryScope,
      ...fields.map(({ fieldPath, order, arrayConfig }) => `${fieldPath} ${order ?? arrayConfig}`),
    ].join(', '),
  );
  const planned = plan.ofType('google_firestore_index').map(({ values }) => {
    const { collection, query_scope, fields } = Planned.parse(values);
    return [
      collection,
      query_scope,
      ...fields.map(({ field_path, order, array_config }) => `${field_path} ${order ?? array_config}`),
    ].join(', ');
  });
  expect(planned.sort()).toEqual(wanted.sort());
});

it('lets expire what the code lets expire', () => {
  const wanted = fieldOverrides
    .filter(({ ttl }) => ttl)
    .map(({ collectionGroup, fieldPath }) => `${collectionGroup}.${fieldPath}`);
  const planned = plan
    .ofType('google_firestore_field')
    .map(({ values }) => PlannedField.parse(values))
    .filter(({ ttl_config }) => (ttl_config ?? []).length > 0)
    .map(({ collection, field }) => `${collection}.${field}`);
  expect(wanted.length).toBeGreaterThan(3);
  expect(planned.sort()).toEqual(wanted.sort());
});
