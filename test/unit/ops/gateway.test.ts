import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assetRoutes } from '#handlers/api/reference/assets.ts';
import { callbackApp } from '#handlers/callback/app.ts';
import { gatewayDocument } from '#ops/gateway/document.ts';
import { gatewayTemplate } from '#ops/gateway/index.ts';
import { gatewayRoutes } from '#ops/gateway/routes.ts';
import { PLACEHOLDERS, template } from '#ops/gateway/template.ts';
import { anApi } from '#test/support/api.ts';

const ADDRESSES = { api: 'https://api.example.com', callback: 'https://callback.example.com' };

const Operation = z.strictObject({
  operationId: z.string(),
  security: z.tuple([]),
  'x-bitflow-security': z.enum(['token', 'token_or_none', 'signature', 'none']),
  'x-google-backend': z.enum(['api', 'callback']),
  parameters: z.array(z.object({ name: z.string(), in: z.literal('path') })).default([]),
  responses: z.object({ default: z.object({ description: z.string() }) }),
});
const Backend = z.strictObject({
  address: z.url(),
  jwtAudience: z.url(),
  pathTranslation: z.literal('APPEND_PATH_TO_ADDRESS'),
  protocol: z.literal('http/1.1'),
  deadline: z.number(),
});
const Document = z.object({
  openapi: z.literal('3.0.3'),
  servers: z.undefined().optional(),
  'x-google-api-management': z.object({ backends: z.object({ api: Backend, callback: Backend }) }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});

const written = gatewayDocument(gatewayRoutes(), ADDRESSES);
const document = Document.parse(written);
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
);
const { api: apiBackend, callback: callbackBackend } = document['x-google-api-management'].backends;

const api = anApi();
assetRoutes(api, new URL('../../../node_modules/swagger-ui-dist/', import.meta.url));
const callback = callbackApp(Object.create(null));

/** `GET /v1/builds/{id}` of everything that an app answers. */
const routesOf = ({ routes }: Pick<typeof api, 'routes'>) =>
  routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);

const of = (backend: 'api' | 'callback') =>
  operations
    .filter((operation) => operation['x-google-backend'] === backend)
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`);

describe('the gateway’s document', () => {
  it('is OpenAPI 3.0, by the schema of its authors', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(written))).toMatchObject({ valid: true });
    expect(validator.version).toBe('3.0');
  });

  it('has every route of the API, and sends it there', () => {
    expect(of('api').toSorted()).toEqual([...new Set(routesOf(api))].toSorted());
  });

  it('has every route of the callback, but for the health that the API answers', () => {
    expect(of('callback')).toEqual(routesOf(callback).filter((route) => route !== 'GET /v1/health'));
    expect(of('callback')).toEqual(['POST /v1/builds/{id}/callback']);
  });

  it('lets a function’s own check of an identity token be met', () => {
    expect([apiBackend.address, apiBackend.jwtAudience]).toEqual([ADDRESSES.api, ADDRESSES.api]);
    expect([callbackBackend.address, callbackBackend.jwtAudience]).toEqual([
      ADDRESSES.callback,
      ADDRESSES.callback,
    ]);
  });

  it('waits longer than a plan, a long poll or a release take', () => {
    expect(apiBackend.deadline).toBeGreaterThan(70);
    expect(callbackBackend.deadline).toBeGreaterThan(60);
  });

  it.each(operations)('says of $method $path who may call it', async (operation) => {
    const { path, method, 'x-bitflow-security': security, 'x-google-backend': backend } = operation;
    const asked = path.replaceAll(/\{\w+\}/g, 'x');
    if (backend === 'callback') return expect(security).toBe('signature');
    const { status } = await api.request(asked, { method: method.toUpperCase() });
    // A badge that is not public answers those without a token as it answers everybody.
    if (path === '/v1/repositories/{id}/badge.svg') expect(security).toBe('token_or_none');
    else expect(security).toBe(status === 401 ? 'token' : 'none');
  });

  it('takes a token for all under /v1 that is not for everybody', () => {
    const open = operations.filter((operation) => operation['x-bitflow-security'] !== 'token');
    expect(open.map(({ path }) => path).filter((path) => path.startsWith('/v1/'))).toEqual([
      '/v1/builds/{id}/callback',
      '/v1/device/code',
      '/v1/device/token',
      '/v1/health',
      '/v1/repositories/{id}/badge.svg',
    ]);
  });

  it('has nothing that API Gateway refuses', () => {
    for (const { path, operationId, parameters } of operations) {
      expect(operationId).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
      // A parameter is a whole part of a path, and only `{name}`.
      for (const part of path.split('/')) expect(part).toMatch(/^([\w.-]*|\{\w+\})$/);
      expect(parameters.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
    const names = operations.map(({ operationId }) => operationId);
    expect(names).toHaveLength(new Set(names).size);
    expect(JSON.stringify(written)).not.toContain('$ref');
  });
});

describe('gateway.json.tftpl', () => {
  /** What Terraform would fill in: `${…}` and `%{…}` that are not escaped. */
  const open = (text: string) => [...text.matchAll(/(?<![$%])[$%]\{[^}]*\}/g)].map(([found]) => found);

  it('has the two placeholders that Terraform fills', () => {
    const { api, callback } = PLACEHOLDERS;
    expect(new Set(open(gatewayTemplate()))).toEqual(new Set([api, callback]));
    expect([api, callback]).toEqual(['${api_url}', '${callback_url}']);
  });

  it('is the document, once it is filled', () => {
    const filled = gatewayTemplate()
      .replaceAll('${api_url}', ADDRESSES.api)
      .replaceAll('${callback_url}', ADDRESSES.callback);
    expect(JSON.parse(filled)).toEqual(written);
  });

  it('escapes what only looks like a template', () => {
    const text = template({ a: '${other} %{ if true }', 'b ${api_url}': PLACEHOLDERS.api });
    expect(open(text)).toEqual(['${api_url}']);
    expect(text).toContain('"a": "$${other} %%{ if true }"');
    expect(text).toContain('"b $${api_url}": "${api_url}"');
  });
});
