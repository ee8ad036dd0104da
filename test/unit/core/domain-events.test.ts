import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DomainEvent } from '#core/domain-events.ts';
import { ROOT } from '#local/root.ts';

it('is in docs/operate.md, each event with its fields', async () => {
  const text = await readFile(join(ROOT, 'docs/operate.md'), 'utf8');
  const table = text.slice(text.indexOf('\n| `event` |') + 1).replace(/^.*\n/, '');
  const rows = [...table.matchAll(/^\| `([a-z_]+)` \|[^|]*\| ([^|]*) \|$/gm)];
  const documented = rows.map(([, event, fields]) => [event, fields?.match(/[a-z_]+/g)]);
  const known = DomainEvent.options.map(({ shape }) => [
    shape.event.value,
    Object.keys(shape).filter((field) => field !== 'event'),
  ]);
  expect(documented).toEqual(known);
});

it('takes no text that is not bounded', () => {
  for (const { shape } of DomainEvent.options)
    for (const [field, schema] of Object.entries<{ safeParse(value: unknown): { success: boolean } }>(
      shape,
    )) {
      const where = `${shape.event.value}.${field}`;
      expect(schema.safeParse('x'.repeat(256)).success, where).toBe(false);
      expect(schema.safeParse(Array(101).fill('x')).success, where).toBe(false);
    }
});
