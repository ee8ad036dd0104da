import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HostsEnv } from '#handlers/env.ts';
import { type EnvName, envNames } from '#handlers/env-names.ts';
import { hostsOf } from '#handlers/hosts.ts';
import { ROOT } from '#local/root.ts';
import { functionEnvs, plannerEnv } from '#test/support/function-envs.ts';

const envs = await functionEnvs();
const names = envs.map(({ name }) => name);
const shapeOf = (schema: z.ZodType) =>
  z.record(z.string(), z.instanceof(z.ZodType)).parse(z.instanceof(z.ZodObject).parse(schema).shape);
const functions = envs.map(({ name, schema }) => ({ name, shape: shapeOf(schema) }));

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

  it.each(['secret', 'local'] as const)('lists what is %s', (mark) => {
    const said = new RegExp(`^- \\*\\*${mark}\\*\\*[^:]*: (.+)\\.$`, 'm').exec(page)?.[1] ?? '';
    const marked = envs.flatMap(({ variables }) => variables.filter((variable) => variable[mark]));
    const expected = [...new Set(marked.map(({ name }) => `\`${name}\``))];
    expect(said.split(', ')).toEqual(expected.toSorted());
  });
});

it('docs/planning.md has every variable that the planner is deployed with', async () => {
  const planning = await readFile(join(ROOT, 'docs/planning.md'), 'utf8');
  for (const { name, local, required } of plannerEnv.variables.filter((variable) => !variable.local)) {
    const row = new RegExp(`^\\| \`${name}\` \\| (.*)$`, 'm').exec(planning)?.[1] ?? '';
    expect([name, local, /\*\*Required\.\*\*/.test(row)]).toEqual([name, false, required]);
    expect(row).not.toBe('');
  }
});

describe('the names of an environment', () => {
  const Key = z.string().transform(Number).meta({ secret: true });
  const Env = z.object({
    PLAIN: z.string(),
    KEY: Key,
    KEYS: Key.optional(),
    MORE: Key.default(7).meta({ local: true }),
    PIPED: z.string().pipe(Key),
    LOCAL: z.string().optional().meta({ local: true }),
  });
  const plain = { required: true, secret: false, local: false };
  const expected: EnvName[] = [
    { ...plain, name: 'PLAIN' },
    { ...plain, name: 'KEY', secret: true },
    { ...plain, name: 'KEYS', secret: true, required: false },
    { ...plain, name: 'MORE', secret: true, required: false, local: true },
    { ...plain, name: 'PIPED', secret: true },
    { ...plain, name: 'LOCAL', required: false, local: true },
  ];

  it.each([
    ['an object', Env],
    ['a refined one', Env.refine(() => true)],
    ['a piped one', Env.refine(() => true).transform((env) => env.KEY)],
  ])('are told of %s', (_, schema) => {
    expect(envNames(schema)).toEqual(expected);
  });
});

it.each([{ GITHUB_APP_ID: '7' }, { GITHUB_APP_PRIVATE_KEY: 'key' }])(
  'half a GitHub App is none: %j',
  (env) => {
    expect(() => hostsOf(HostsEnv.parse(env))).toThrow('GITHUB_APP_PRIVATE_KEY');
  },
);
