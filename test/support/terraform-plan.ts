import { join } from 'node:path';
import { inject } from 'vitest';
import { z } from 'zod';
import { terraformDone } from './terraform.ts';

const Values = z.record(z.string(), z.unknown());

/** The parts of a plan's JSON that tests read (developer.hashicorp.com/terraform/internals/json-format). */
const Plan = z.object({
  resource_changes: z.array(
    z.object({
      address: z.string(),
      type: z.string(),
      name: z.string(),
      mode: z.enum(['managed', 'data']),
      change: z.object({ after: Values.nullable(), after_unknown: Values }),
    }),
  ),
  /** What was known or read before the plan. */
  prior_state: z.unknown(),
  planned_values: z.object({
    outputs: z.record(z.string(), z.object({ value: z.unknown().optional() })).default({}),
  }),
});

export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  /** What it will be; what only Google knows is not in it. */
  readonly values: Readonly<Record<string, unknown>>;
  /** What only Google knows: the same shape, `true` where a value is unknown. */
  readonly unknown: Readonly<Record<string, unknown>>;
}

export interface TerraformPlan {
  readonly resources: readonly PlannedResource[];
  readonly ofType: (type: string) => PlannedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Whether making the plan read something of Google; what is read when it is applied does not count. */
  readonly hasAsked: boolean;
}

/** What `npm run deploy` gives besides an environment's own values. */
export const GIVEN = {
  project_number: '123456789012',
  builder_image: `europe-west1-docker.pkg.dev/acme-builds/bitflow-service/builder@sha256:${'0'.repeat(64)}`,
  bundles: '../../../dist/deploy',
} as const;

/**
 * Plans a configuration from nothing, as for an empty project. Nothing is asked of Google: there is no state to look
 * after, and the configurations read no data.
 * @param variables strings as they are, everything else as JSON, which Terraform reads as it does HCL.
 */
export async function planOf(
  folder: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<TerraformPlan> {
  const { dir } = inject('terraform');
  const file = join(dir, `${folder.replaceAll('/', '-')}.tfplan`);
  await terraformDone(folder, ['init', '-backend=false', '-input=false', '-no-color']);
  const given = Object.entries(variables).flatMap(([name, value]) => [
    '-var',
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
  const options = ['-input=false', '-no-color', '-refresh=false', `-out=${file}`];
  await terraformDone(folder, ['plan', ...options, ...given]);
  const { resource_changes, planned_values, prior_state } = Plan.parse(
    JSON.parse(await terraformDone(folder, ['show', '-json', file])),
  );
  const resources = resource_changes
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, type, change }) => ({
      address,
      type,
      values: change.after ?? {},
      unknown: change.after_unknown,
    }));
  return {
    resources,
    hasAsked: JSON.stringify(prior_state ?? null).includes('"mode":"data"'),
    ofType: (type) => resources.filter((resource) => resource.type === type),
    outputs: Object.fromEntries(
      Object.entries(planned_values.outputs).map(([name, { value }]) => [name, value]),
    ),
  };
}

/** The names of a map's entries, also of those whose values only Google knows. */
export function keysOf(resource: PlannedResource, path: readonly (string | number)[]): string[] {
  const at = (from: unknown) =>
    path.reduce<unknown>(
      (value, key) =>
        Values.or(z.array(z.unknown())).safeParse(value).success
          ? Reflect.get(Object(value), key)
          : undefined,
      from,
    );
  const keys = [resource.values, resource.unknown].flatMap((side) => Object.keys(Object(at(side) ?? {})));
  return [...new Set(keys)].sort();
}
