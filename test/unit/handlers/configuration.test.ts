import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HostsEnv } from '#handlers/env.ts';
import { hostsOf } from '#handlers/hosts.ts';
import { ROOT } from '#local/root.ts';

const HANDLERS = join(ROOT, 'functions/handlers');
const names = readdirSync(HANDLERS, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^[^/]+\/env\.ts$/.test(file))
  .map((file) => file.split('/')[0] ?? '');
const Module = z.object({ Env: z.instanceof(z.ZodObject) });
const functions = await Promise.all(
  names.map(async (name) => {
    const { Env } = Module.parse(await import(join(HANDLERS, name, 'env.ts')));
    return { name, shape: z.record(z.string(), z.instanceof(z.ZodType)).parse(Env.shape) };
  }),
);

/** What a schema makes of a variable that is not there, as the page writes it. */
function unlessSet(schema: z.ZodType): string {
  const { success, data } = schema.safeParse(undefined);
  if (!success) return '**must**';
  if (data === undefined) return '–';
  return Array.isArray(data) ? 'none' : String(data);
}

const page = await readFile(join(ROOT, 'docs/configuration.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \| /gm)].map(
  ([, variable = '', otherwise = '', which = '']) => ({
    variable,
    otherwise,
    functions: which === 'all' ? names.toSorted() : which.split(', '),
  }),
);

describe('docs/configuration.md', () => {
  it('has every variable of every function once, and no other', () => {
    const variables = [...new Set(functions.flatMap(({ shape }) => Object.keys(shape)))];
    expect(rows.map(({ variable }) => variable).toSorted()).toEqual(variables.toSorted());
  });

  it.each(rows)('says which functions have $variable, and what holds unless it is set', (row) => {
    const having = functions.filter(({ shape }) => row.variable in shape);
    expect(row.functions).toEqual(having.map(({ name }) => name).toSorted());
    const said = having.flatMap(({ shape }) => shape[row.variable] ?? []).map(unlessSet);
    expect([...new Set(said)]).toEqual([row.otherwise]);
  });
});

it.each([{ GITHUB_APP_ID: '7' }, { GITHUB_APP_PRIVATE_KEY: 'key' }])(
  'half a GitHub App is none: %j',
  (env) => {
    expect(() => hostsOf(HostsEnv.parse(env))).toThrow('GITHUB_APP_PRIVATE_KEY');
  },
);
