import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Permission } from '#core/access.ts';
import { ERROR_CODES } from '#core/error-codes.ts';
import { TAGS } from '#handlers/api/reference/tags.ts';
import { anApi } from '#test/support/api.ts';

const Operation = z.object({
  operationId: z.string().regex(/^[a-z_]+(\.[a-z_]+)+$/),
  summary: z.string().min(5),
  description: z.string(),
  tags: z.tuple([z.enum(Object.values(TAGS).map(({ name }) => name))]),
  security: z.array(z.strictObject({ token: z.tuple([]).optional() })).max(2),
  'x-bitflow-permission': Permission.nullish(),
  responses: z.record(z.string(), z.object({ headers: z.record(z.string(), z.unknown()) })),
});
const Document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.partialRecord(z.enum(['get', 'put', 'post', 'patch', 'delete']), z.unknown()),
  ),
});

const api = anApi();
const served = await (await api.request('/openapi.json')).text();
const document = Document.parse(JSON.parse(served));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

describe('/openapi.json', () => {
  it('is OpenAPI 3.1, by the schema of its authors', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(served))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it.each(operations)('says what is to be known of $method $path', ({ operation }) => {
    const { security, responses, ...said } = Operation.parse(operation);
    const open = said['x-bitflow-permission'] === undefined;
    // A public badge takes no token, and is the one route of which that depends on what it shows.
    expect(security.filter(({ token }) => token !== undefined)).toHaveLength(open ? 0 : 1);
    const common = open ? ['500', '503'] : ['401', '403', '429', '500', '503'];
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(common));
    for (const { headers } of Object.values(responses)) expect(headers).toHaveProperty('X-Request-Id');
  });

  it('has every route under /v1', () => {
    const routes = api.routes.filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/'));
    const there = new Set(
      routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
    );
    expect(there).toEqual(new Set(operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)));
  });

  it('names each operation once', () => {
    const names = operations.map(({ operation }) => Operation.parse(operation).operationId);
    expect(names).toHaveLength(new Set(names).size);
  });
});

describe('/docs', () => {
  it.each(['/docs', '/docs/errors'])(
    '%s needs nothing of another host, and may load nothing of one',
    async (path) => {
      const answer = await api.request(path);
      expect(answer.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self';/,
      );
      const page = await answer.text();
      expect(page).not.toMatch(/https?:\/\/|style=|<script>/);
    },
  );

  it('explains each code where `type` points to', async () => {
    const page = await (await api.request('/docs/errors')).text();
    for (const [code, { title }] of Object.entries(ERROR_CODES)) {
      expect(page).toContain(`<h2 id="${code}">`);
      expect(page).toContain(title);
    }
    const problem = await api.request('/v1/builds');
    expect(await problem.json()).toMatchObject({ status: 401, type: '/docs/errors#unauthenticated' });
  });
});

describe('/v1/health', () => {
  it('takes no token, whatever the method', async () => {
    expect((await api.request('/v1/health')).status).toBe(200);
    const answer = await api.request('/v1/health', { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
