import { expect, it } from 'vitest';
import { z } from 'zod';
import { gatewayDocument } from '#ops/gateway/document.ts';
import { gatewayRoutes } from '#ops/gateway/routes.ts';
import { GIVEN, planOf } from '#test/support/terraform-plan.ts';

const plan = await planOf('terraform/examples/production', GIVEN);

const Config = z.object({
  openapi_documents: z.tuple([z.object({ document: z.tuple([z.object({ contents: z.base64() })]) })]),
});
const Planned = z.object({ service_config: z.tuple([z.object({ timeout_seconds: z.number() })]) });

const backends = ['api', 'callback'] as const;
const addressOf = (name: string) => `https://bitflow-${name}-${GIVEN.project_number}.europe-west1.run.app`;
const document = gatewayDocument(gatewayRoutes(), {
  api: addressOf('api'),
  callback: addressOf('callback'),
});

it('configures the gateway with the document of the code, and where the functions will be', () => {
  const [config] = plan.ofType('google_api_gateway_api_config');
  const [{ document: documents }] = Config.parse(config?.values).openapi_documents;
  const planned: unknown = JSON.parse(Buffer.from(documents[0].contents, 'base64').toString());
  expect(planned).toEqual(document);
});

it.each(backends)('waits as long as %s may work on one request', (name) => {
  const planned = plan
    .ofType('google_cloudfunctions2_function')
    .find(({ values }) => values.name === `bitflow-${name}`);
  const [{ timeout_seconds }] = Planned.parse(planned?.values).service_config;
  const { deadline } = document['x-google-api-management'].backends[name];
  expect(deadline).toBeGreaterThanOrEqual(timeout_seconds);
});
