import { OpenAPIHono, z } from '@hono/zod-openapi';
import { describe, expect, it, test } from 'vitest';
import { OPERATIONS, type Operation } from '#cli/kit/operations.ts';
import { anApi } from '#test/support/api.ts';

/** What no command calls as an operation, and why. */
const NOT_OURS: Readonly<Record<string, string>> = {
  'service.health': 'is for what watches over the service',
  'repositories.badge': 'is an image; `repos badge` prints its address',
};

const Schema = z.unknown();
const Content = z.object({ 'application/json': z.object({ schema: Schema }) }).partial();
const Described = z.object({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ in: z.string().optional(), name: z.string().optional() })).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Described)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});
type Document = z.infer<typeof Document>;

/** The API's own document, and one that is made in the same way of what the command thinks that the API is. */
const theirs = Document.parse(await (await anApi().request('/openapi.json')).json());
const ours = documentOf(Object.entries(OPERATIONS));

function documentOf(operations: readonly (readonly [string, Operation])[]): Document {
  const app = new OpenAPIHono();
  for (const [operationId, { method, path, query, body, answer, keyed }] of operations)
    app.openAPIRegistry.registerPath({
      method: lowerCased(method),
      path,
      operationId,
      request: {
        ...(query instanceof z.ZodObject && { query }),
        ...(keyed && { headers: z.object({ 'idempotency-key': z.string() }) }),
        ...(body && { body: { content: { 'application/json': { schema: body } } } }),
      },
      responses: {
        success: {
          description: '',
          ...(answer && { content: { 'application/json': { schema: answer } } }),
        },
      },
    });
  return Document.parse(
    JSON.parse(
      JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })),
    ),
  );
}

function lowerCased(method: Operation['method']): 'get' | 'post' | 'put' | 'patch' | 'delete' {
  const methods = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;
  return methods[method];
}

/** The parts of a document that say how an operation is called, by its id. */
function calls({ paths }: Document) {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, parameters, requestBody, responses }]) => {
      const [success] = Object.entries(responses).filter(([status]) => /^2|^success$/.test(status));
      const named = (place: string) => parameters.filter((one) => one.in === place);
      return {
        operationId,
        method,
        path,
        query: Object.fromEntries(
          named('query').map(({ name, schema, required }) => [name, { schema, required }]),
        ),
        keyed: named('header').some(({ name }) => name === 'idempotency-key'),
        body: requestBody?.content['application/json']?.schema ?? null,
        answer: success?.[1].content?.['application/json']?.schema ?? null,
      };
    }),
  );
  return new Map(all.map((call) => [call.operationId, call]));
}

const known = calls(theirs);

describe('the operations that the command knows', () => {
  it.each([...calls(ours)])('%s is called as the API’s own document says', (id, call) => {
    expect(call).toEqual(known.get(id));
  });

  it('are all that the API has', () => {
    const missing = [...known.keys()].filter((id) => !(id in OPERATIONS));
    expect(missing.toSorted()).toEqual(Object.keys(NOT_OURS).toSorted());
  });

  it('have the shapes that the document shows', () => {
    for (const [name, schema] of Object.entries(ours.components.schemas))
      expect(schema, name).toEqual(theirs.components.schemas[name]);
  });
});

test.each(Object.entries(OPERATIONS))(
  '%s expects content where there is some',
  (id, { answer }: Operation) => {
    const described = Object.values(theirs.paths)
      .flatMap((methods) => Object.values(methods))
      .find(({ operationId }) => operationId === id);
    expect(Object.keys(described?.responses ?? {}).includes('204')).toBe(answer === undefined);
  },
);
