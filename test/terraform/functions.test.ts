import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { entryPoint } from '#adapters/http/entry-point.ts';
import { functionEnvs } from '#test/support/function-envs.ts';
import { GIVEN, keysOf, type PlannedResource, planOf } from '#test/support/terraform-plan.ts';

const plan = await planOf('terraform/examples/production', GIVEN);
const functions = plan.ofType('google_cloudfunctions2_function');
const envs = await functionEnvs();

const Service = z.object({
  name: z.string(),
  service_config: z.tuple([
    z.object({
      max_instance_count: z.number(),
      max_instance_request_concurrency: z.number(),
      environment_variables: z.record(z.string(), z.string()).default({}),
      secret_environment_variables: z.array(z.object({ key: z.string(), version: z.string() })),
      ingress_settings: z.string(),
      service_account_email: z.string().optional(),
    }),
  ]),
  build_config: z.tuple([z.object({ runtime: z.string(), entry_point: z.string() })]),
});

const UNKNOWN_ACCOUNT = 'account@project.iam.gserviceaccount.com';

/** What stands for a value that only Google knows: of the right shape, whatever the variable is. */
const UNKNOWN: Readonly<Record<string, string>> = {
  PUBLIC_URL: 'https://gateway.example.com',
  CALLBACK_URL: 'https://gateway.example.com',
  IDENTITY_API_KEY: 'key',
  TEAM_WRITERS: JSON.stringify({ acme: { trusted: `trusted-${UNKNOWN_ACCOUNT}`, forks: UNKNOWN_ACCOUNT } }),
};

function functionOf(name: string): PlannedResource {
  const found = functions.find(({ values }) => values.name === `bitflow-${name}`);
  if (!found) throw new Error(`no function bitflow-${name} is planned`);
  return found;
}

const secretsOf = (name: string) =>
  Service.parse(functionOf(name).values)
    .service_config[0].secret_environment_variables.map(({ key }) => key)
    .sort();

it('deploys every function that there is, and no other', () => {
  const planned = functions.map(({ values }) => String(values.name).replace(/^bitflow-/, ''));
  expect(planned.sort()).toEqual(envs.map(({ name }) => name));
});

describe.each(envs)('$name', ({ name, schema, variables }) => {
  const ofCloud = variables.filter(({ local }) => !local);

  it('gets every variable that it parses, and no other', () => {
    const plain = keysOf(functionOf(name), ['service_config', 0, 'environment_variables']);
    expect([...plain, ...secretsOf(name)].sort()).toEqual(ofCloud.map((variable) => variable.name).sort());
  });

  it('gets its secrets by reference, and nothing else that way', () => {
    const secrets = ofCloud.filter(({ secret }) => secret).map((variable) => variable.name);
    expect(secretsOf(name)).toEqual(secrets.sort());
  });

  it('would start with what it gets', () => {
    const { values } = functionOf(name);
    const known = Service.parse(values).service_config[0].environment_variables;
    const names = keysOf(functionOf(name), ['service_config', 0, 'environment_variables']);
    const unknown = names.filter((each) => known[each] === undefined);
    const env = {
      ...known,
      ...Object.fromEntries(unknown.map((each) => [each, UNKNOWN[each] ?? UNKNOWN_ACCOUNT])),
      ...Object.fromEntries(secretsOf(name).map((each) => [each, 'secret'])),
    };
    expect(schema.safeParse(env).error?.issues ?? []).toEqual([]);
  });

  it('runs its own bundle on Node 24', () => {
    const { runtime, entry_point } = Service.parse(functionOf(name).values).build_config[0];
    expect([runtime, entry_point]).toEqual(['nodejs24', entryPoint(name)]);
    // What gcloud takes; the service itself says nothing of it.
    expect(entry_point).toMatch(/^[_a-zA-Z0-9]+(?:\.[_a-zA-Z0-9]+)*$/);
  });
});

it('lets submit run alone', () => {
  expect(Service.parse(functionOf('submit').values).service_config[0].max_instance_count).toBe(1);
});

it('plans an empty project without asking Google anything', () => {
  expect(plan.resources.length).toBeGreaterThan(300);
  expect(plan.hasAsked).toBe(false);
});
