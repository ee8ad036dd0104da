import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts';
import { TEAM_ID } from '#core/team.ts';
import type { Api } from '../context.ts';
import { TAGS, tagOf } from './tags.ts';

type Document = ReturnType<Api['getOpenAPI31Document']>;
type PathItem = NonNullable<Document['paths']>[string];
type Operation = NonNullable<PathItem['get']>;
type Responses = NonNullable<Operation['responses']>;

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

const DESCRIPTION = `
Everything that BitFlow builds can do. JSON in snake_case; times are ISO 8601, UTC.

**Who calls.** \`Authorization: Bearer …\` with an API token (\`bft_…\`) or the ID token of a signed-in user. Each
operation takes one permission; a role or a token's scopes give it. What another team has is not there: 404.

**Lists** are newest first, a page at a time: \`limit\` (1–100, 20 unless said otherwise) and \`cursor\`, which is
the \`next_cursor\` of the page before; null at the end.

**Errors** are problem documents (RFC 9457). \`code\` is for programs: [the list](/docs/errors). \`detail\` is for
people, \`errors\` names the fields, \`request_id\` is what to quote when you ask for help.
`.trim();

/** For callers of several teams; a token has one. */
const TEAM_PARAMETER = {
  name: 'X-Bitflow-Team',
  in: 'header' as const,
  description: 'The team to act for: for people who are in several. A token is of one.',
  schema: { type: 'string' as const, pattern: TEAM_ID.source },
  example: 'acme',
};

const HEADERS = {
  RequestId: {
    description: 'The id of this request: in our logs, and in a problem document.',
    required: true,
    schema: { type: 'string' as const },
    example: '0b5f7a52-6f0e-4a35-9b0c-0f4d1f6b7a11',
  },
  RetryAfter: {
    description: 'When to come again (s).',
    required: true,
    schema: { type: 'integer' as const, minimum: 1 },
    example: 2,
  },
};

/** The OpenAPI 3.1 document of all routes, and of what they have in common. */
export function openApiDocument(api: Api): Document {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'BitFlow builds', version: 'v1', description: DESCRIPTION },
    servers: [{ url: '/', description: 'This installation' }],
    tags: Object.values(TAGS).map((tag) => ({ ...tag })),
  });
  const operations = Object.values(document.paths ?? {}).flatMap((item) => METHODS.map((name) => item[name]));
  for (const operation of operations) {
    if (!operation) continue;
    leaveOut(document, operation);
    complete(operation);
  }
  const used = new Set(operations.flatMap((operation) => operation?.tags ?? []));
  document.tags = document.tags?.filter(({ name }) => used.has(name)) ?? [];
  document.components = {
    ...document.components,
    headers: HEADERS,
    parameters: { Team: TEAM_PARAMETER },
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        description: 'An API token (`bft_…`), or an ID token of Firebase or Google.',
      },
    },
  };
  return document;
}

/** A body in which nothing is required may be left out: it is taken as `{}`. */
function leaveOut({ components }: Document, { requestBody }: Operation): void {
  if (!requestBody || '$ref' in requestBody) return;
  const { schema } = requestBody.content['application/json'] ?? {};
  const name = schema && '$ref' in schema ? schema.$ref?.split('/').at(-1) : undefined;
  const found = name === undefined ? schema : components?.schemas?.[name];
  if (found && 'type' in found && found.type === 'object' && !found.required?.length)
    requestBody.required = false;
}

/** Adds what is the same for all operations, so that no route has to say it. */
function complete(operation: Operation): void {
  const { operationId = '', requestBody, security = [], parameters = [] } = operation;
  const permission: unknown = operation['x-bitflow-permission'];
  const signedIn = security.length > 0;
  operation.tags = [tagOf(operationId)];
  const takes =
    typeof permission === 'string'
      ? `Takes the permission \`${permission}\`.`
      : `Takes ${signedIn ? 'a token, of any scope' : 'no token'}.`;
  if (signedIn) operation.parameters = [...parameters, { $ref: '#/components/parameters/Team' }];
  operation.description = [operation.description, takes].filter(Boolean).join('\n\n');
  const common = {
    ...(signedIn && problems('unauthenticated', 'forbidden', 'rate_limited')),
    ...(requestBody && problems('too_large', 'unsupported_media_type', 'refused')),
    ...problems('internal', 'unavailable'),
  };
  const responses: Responses = { ...common, ...operation.responses };
  operation.responses = responses;
  for (const [status, response] of Object.entries(responses)) {
    const again = status === '429' || status === '503';
    response.headers = {
      'X-Request-Id': { $ref: '#/components/headers/RequestId' },
      ...(again && { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }),
      ...response.headers,
    };
  }
}

/** Answers with these codes, by status. */
function problems(...codes: readonly ErrorCode[]) {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const entries = codes.map((code) => [
    ERROR_CODES[code].status,
    { description: `${ERROR_CODES[code].title}: \`${code}\`.`, content },
  ]);
  return Object.fromEntries(entries);
}
