import { z } from 'zod';
import { Permission } from '#core/access.ts';
import type { Api } from '#handlers/api/context.ts';

/** As much of a schema as an example needs. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  example: z.unknown().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  minimum: z.number().optional(),
  minItems: z.int().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
  get items() {
    return Schema.optional();
  },
  get anyOf() {
    return z.array(Schema).optional();
  },
  get oneOf() {
    return z.array(Schema).optional();
  },
});
type Schema = z.infer<typeof Schema>;

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().default(false),
  example: z.unknown().optional(),
  schema: Schema,
});
const Reference = z.object({ $ref: z.string() });

const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.tuple([z.string()]),
  security: z.array(z.unknown()),
  'x-bitflow-permission': Permission.nullish(),
  parameters: z.array(z.union([Parameter, Reference])).default([]),
  requestBody: z
    .object({
      required: z.boolean().default(false),
      content: z.record(z.string(), z.object({ schema: Schema, example: z.unknown().optional() })),
    })
    .optional(),
});

const Document = z.object({
  tags: z.array(z.object({ name: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});
type Document = z.infer<typeof Document>;

/** An operation of the served document, with a request that should be good in the world of the test. */
export interface Call {
  readonly id: string;
  readonly summary: string;
  readonly tag: string;
  readonly method: string;
  /** As the document has it, and with the examples in it. */
  readonly template: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly takesToken: boolean;
  /** Null: none, whoever is signed in. */
  readonly permission: Permission | null;
}

/** Every operation of the document that an app serves. Throws where a request cannot be made of its examples. */
export async function callsOf(api: Api): Promise<Call[]> {
  const document = Document.parse(await (await api.request('/openapi.json')).json());
  const calls = Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item).map(([method, operation]) =>
      callOf(document, method.toUpperCase(), template, operation),
    ),
  );
  const chapter = ({ tag }: Call) => document.tags.findIndex(({ name }) => name === tag);
  return calls.toSorted((a, b) => chapter(a) - chapter(b));
}

function callOf(
  document: Document,
  method: string,
  template: string,
  operation: z.infer<typeof Operation>,
): Call {
  const where = `${method} ${template}`;
  const values = { path: new Map<string, string>(), query: new URLSearchParams(), header: new Headers() };
  for (const parameter of operation.parameters) {
    if ('$ref' in parameter || !parameter.required) continue;
    const { name, example = exampleOf(document, parameter.schema, `${parameter.in}.${name} of ${where}`) } =
      parameter;
    values[parameter.in].set(name, String(example));
  }
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(values.path.get(name) ?? ''),
  );
  const content = operation.requestBody?.required
    ? operation.requestBody.content['application/json']
    : undefined;
  const body = content && (content.example ?? exampleOf(document, content.schema, `body of ${where}`));
  return {
    id: operation.operationId,
    summary: operation.summary,
    tag: operation.tags[0],
    method,
    template,
    path: values.query.size > 0 ? `${path}?${values.query}` : path,
    headers: {
      ...Object.fromEntries(values.header),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    takesToken: operation.security.length > 0,
    permission: operation['x-bitflow-permission'] ?? null,
  };
}

/** A value of a schema: its example, else the least there is. */
function exampleOf(document: Document, schema: Schema, where: string): unknown {
  const name = schema.$ref?.split('/').at(-1);
  const found = name === undefined ? schema : document.components.schemas[name];
  if (found === undefined) throw new Error(`${where}: there is no schema ${name}`);
  const { example, default: fallback, const: only, enum: values, anyOf, oneOf, type } = found;
  const known = example ?? fallback ?? only ?? values?.[0];
  if (known !== undefined) return known;
  const [choice] = anyOf ?? oneOf ?? [];
  if (choice !== undefined) return exampleOf(document, choice, where);
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(
        (found.required ?? []).map((key) => [
          key,
          exampleOf(document, found.properties?.[key] ?? {}, `${where}: ${key}`),
        ]),
      );
    case 'array':
      return found.items && found.minItems ? [exampleOf(document, found.items, where)] : [];
    case 'integer':
    case 'number':
      return found.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      throw new Error(
        `${where}: give its schema an example, from functions/handlers/api/examples.ts where it names a thing`,
      );
  }
}
