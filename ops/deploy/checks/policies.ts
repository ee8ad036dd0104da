import { z } from 'zod';
import type { Values } from '../values.ts';
import type { Check, Finding } from './check.ts';

/** An effective policy (cloud.google.com/resource-manager/reference/rest/v1/Policy). */
const Policy = z.object({
  booleanPolicy: z.object({ enforced: z.boolean().default(false) }).optional(),
  listPolicy: z
    .object({
      allValues: z.string().optional(),
      allowedValues: z.array(z.string()).optional(),
      deniedValues: z.array(z.string()).optional(),
    })
    .optional(),
});
type Policy = z.infer<typeof Policy>;

interface Constraint {
  readonly id: string;
  /** What it forbids us; null: nothing. */
  readonly forbids: (policy: Policy, values: Values) => string | null;
}

const isEnforced = ({ booleanPolicy }: Policy) => booleanPolicy?.enforced === true;

/** Whether a list policy lets a value through. A value may be in it as `is:VALUE`. */
function allows({ listPolicy }: Policy, value: string): boolean {
  if (listPolicy === undefined || listPolicy.allValues === 'ALLOW') return true;
  if (listPolicy.allValues === 'DENY') return false;
  const has = (list: readonly string[] = []) => list.some((item) => item === value || item === `is:${value}`);
  if (has(listPolicy.deniedValues)) return false;
  return listPolicy.allowedValues === undefined || has(listPolicy.allowedValues);
}

/** Whether a list policy says anything at all about what is allowed. */
function restricts({ listPolicy }: Policy): boolean {
  return (
    listPolicy !== undefined && listPolicy.allValues !== 'ALLOW' && listPolicy.allowedValues !== undefined
  );
}

/** A policy of locations names them one by one, or as groups (`in:europe-west1-locations`, `in:eu-locations`). */
function forbidsLocation(policy: Policy, region: string): boolean {
  if (!restricts(policy)) return false;
  const [continent = ''] = region.split('-');
  const group = { europe: 'eu', us: 'us', asia: 'asia' }[continent] ?? continent;
  const names = [region, `in:${region}-locations`, `in:${group}-locations`, `in:${continent}-locations`];
  return !names.some((name) => allows(policy, name));
}

/** Those of Google's constraints that stand in the way (cloud.google.com/resource-manager/docs/organization-policy). */
const CONSTRAINTS: readonly Constraint[] = [
  {
    id: 'iam.allowedPolicyMemberDomains',
    forbids: (policy) =>
      restricts(policy)
        ? 'git hosts have no Google account, so the function webhooks must let allUsers in (it checks signatures); the organization lets in its own domains only'
        : null,
  },
  {
    id: 'run.allowedIngress',
    forbids: (policy) =>
      allows(policy, 'all') ? null : 'git hosts and builders could not reach the functions',
  },
  {
    id: 'cloudfunctions.allowedIngressSettings',
    forbids: (policy) =>
      allows(policy, 'ALLOW_ALL') ? null : 'git hosts and builders could not reach the functions',
  },
  {
    id: 'iam.disableServiceAccountCreation',
    forbids: (policy) => (isEnforced(policy) ? 'each function has a service account of its own' : null),
  },
  {
    id: 'cloudbuild.allowedWorkerPools',
    forbids: (policy, { worker_pool }) =>
      restricts(policy) && worker_pool === null
        ? 'builds may run in certain worker pools only; set worker_pool, and have it allowed'
        : null,
  },
  {
    id: 'gcp.resourceLocations',
    forbids: (policy, { region }) =>
      forbidsLocation(policy, region) ? `nothing may be made in ${region}` : null,
  },
];

/** One check for each constraint, so that each has its own message, and can be left out by itself. */
export const policyChecks: readonly Check[] = CONSTRAINTS.map(({ id, forbids }) => ({
  name: id,
  async find({ gcloud, values }): Promise<Finding | null> {
    const { project } = values;
    const args = ['resource-manager', 'org-policies', 'describe', id, '--effective', `--project=${project}`];
    const policy = await gcloud.find(Policy, args);
    const why = policy === null ? null : forbids(policy, values);
    if (why === null) return null;
    return {
      why: `the organization's policy ${id} is in the way: ${why}`,
      next: `ask who administers the organization for an exception to ${id} on ${project} (gcloud org-policies set-policy)`,
    };
  },
}));
