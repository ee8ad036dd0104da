import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATIONS, type Operation } from '#cli/kit/operations.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';

const HOSTILE = 'x\u001b[2J\u001b]0;t\u0007\u009b1m\u202e\u200f\u0085\r\ny';
const ESC = '\u001b';
/** Colours, and what draws a live display. */
const OURS = new RegExp(`${ESC}\\[\\d*m|${ESC}\\[\\?2026[hl]\\r?(?:${ESC}\\[\\d+A)?(?:${ESC}\\[J)?`, 'g');
const PLAIN = [
  ...['acme', 'acme/shop', 'b-3f9a1c07d25e48b6a1f0c7d2', 'r-00000000000000000000', 't-0123456789abcdef'],
  ...[
    `sha256:${'a'.repeat(64)}`,
    'a'.repeat(40),
    'NAME',
    'ann@acme.example',
    '2026-01-01T00:00:00.000Z',
    '1',
  ],
];

const Shape = z.looseObject({
  type: z.union([z.string(), z.array(z.string()).transform(([one]) => one)]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  get anyOf(): z.ZodOptional<z.ZodArray<typeof Shape>> {
    return z.array(Shape).optional();
  },
  get oneOf(): z.ZodOptional<z.ZodArray<typeof Shape>> {
    return z.array(Shape).optional();
  },
  get items(): z.ZodOptional<typeof Shape> {
    return Shape.optional();
  },
  get properties(): z.ZodOptional<z.ZodRecord<z.ZodString, typeof Shape>> {
    return z.record(z.string(), Shape).optional();
  },
  additionalProperties: z.unknown().optional(),
  $ref: z.string().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  maxLength: z.int().optional(),
  minimum: z.number().optional(),
});
type Shape = z.infer<typeof Shape>;

/** An answer that a schema takes, with something hostile wherever it takes text. */
function answerOf(schema: z.ZodType): unknown {
  const root = z
    .looseObject({ $defs: z.record(z.string(), Shape).default({}) })
    .parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const of = (name: string, shape: Shape): unknown => {
    if (shape.$ref !== undefined)
      return of(name, Shape.parse(root.$defs[shape.$ref.split('/').at(-1) ?? '']));
    if (shape.const !== undefined) return shape.const;
    if (shape.enum !== undefined) return shape.enum[0];
    const [first] = shape.anyOf ?? shape.oneOf ?? [];
    if (first !== undefined) return name === 'next_cursor' ? null : of(name, first);
    if (shape.type === 'array') return [of('', shape.items ?? { type: 'string' })];
    if (shape.type === 'boolean') return true;
    if (shape.type === 'integer' || shape.type === 'number') return Math.max(1, shape.minimum ?? 1);
    if (shape.type === 'object' || shape.properties !== undefined) {
      const extra = Shape.safeParse(shape.additionalProperties);
      return {
        ...Object.fromEntries(
          Object.entries(shape.properties ?? {}).map(([key, one]) => [key, of(key, one)]),
        ),
        ...(extra.success && shape.properties === undefined && { NAME: of('', extra.data) }),
      };
    }
    if (shape.type === 'null') return null;
    const all = [`https://h.example/${HOSTILE}`, HOSTILE, ...PLAIN];
    const pattern = new RegExp(shape.pattern ?? '', 'u');
    if (shape.format === 'uri') return all[0];
    return all.slice(1).find((one) => pattern.test(one) && one.length <= (shape.maxLength ?? 1000)) ?? 'x';
  };
  return of('', Shape.parse(root));
}

/** A service that says something hostile wherever it can. */
async function hostileService(): Promise<string> {
  const operations: (readonly [string, Operation])[] = Object.entries(OPERATIONS);
  return serveApi({
    fetch: (request: Request) => {
      const { pathname } = new URL(request.url);
      const found = operations.find(
        ([, { method, path }]) =>
          method === request.method && new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
      );
      if (found === undefined) return new Response(null, { status: 404 });
      const { answer } = found[1];
      return answer === null || answer === undefined
        ? new Response(null, { status: 204 })
        : Response.json(answerOf(answer));
    },
  });
}

const COMMANDS = [
  ...['whoami', 'builds list', 'builds show b-3f9a1c07d25e48b6a1f0c7d2', 'builds builders', 'queue'],
  ...['builds logs b-3f9a1c07d25e48b6a1f0c7d2', 'builds cancel b-3f9a1c07d25e48b6a1f0c7d2'],
  ...['repos list', 'repos show acme/shop', 'repos badge acme/shop', 'repos disconnect acme/shop --yes'],
  ...['repos rotate-webhook-secret acme/shop --yes', 'repos connect acme/shop --platform github'],
  ...[
    'repos change acme/shop --builder dockerfile',
    'variables list -R acme/shop',
    'secrets list -R acme/shop',
  ],
  ...['images list -R acme/shop', `images show sha256:${'a'.repeat(64)} -R acme/shop`, 'registries list'],
  ...['teams list', 'teams show acme', 'teams members list', 'tokens list', 'tokens create x'],
  ...['audit', 'deliveries show d-1', 'dead-letters list', 'plan --remote -R acme/shop'],
];

describe('a hostile service', async () => {
  it.each(COMMANDS)('moves no cursor by bitflow %s', async (line) => {
    const env = { BITFLOW_URL: await hostileService(), BITFLOW_TOKEN: 'bft_0123456789abcdef' };
    const signal = AbortSignal.timeout(4000);
    const said = await runCli(line.split(' '), { env, columns: 200, signal });
    // Colours are ours: what a terminal is, in a test, has them.
    const text = (said.stdout + said.stderr).replaceAll(OURS, '');
    expect(text).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u200f]/u);
    expect(text).not.toMatch(/^y/m);
  });
});
