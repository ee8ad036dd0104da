import { z } from 'zod';
import { listOf } from '../../cloud/gcloud.ts';
import type { Change } from '../../cloud/plan.ts';
import { Problem } from '../../cloud/problem.ts';
import { ToolFailed } from '../../cloud/tools.ts';
import type { Context } from '../context.ts';

/** A kind of resource whose names can be taken: which attribute of a plan has the name, and how gcloud lists them. */
interface Kind {
  readonly type: string;
  readonly what: string;
  readonly attribute: string;
  readonly list: (values: Context['values']) => readonly string[];
}

const KINDS: readonly Kind[] = [
  {
    type: 'google_firestore_database',
    what: 'Firestore database',
    attribute: 'name',
    list: () => ['firestore', 'databases', 'list'],
  },
  { type: 'google_pubsub_topic', what: 'topic', attribute: 'name', list: () => ['pubsub', 'topics', 'list'] },
  {
    type: 'google_pubsub_subscription',
    what: 'subscription',
    attribute: 'name',
    list: () => ['pubsub', 'subscriptions', 'list'],
  },
  {
    type: 'google_service_account',
    what: 'service account',
    attribute: 'account_id',
    list: () => ['iam', 'service-accounts', 'list'],
  },
  {
    type: 'google_secret_manager_secret',
    what: 'secret',
    attribute: 'secret_id',
    list: () => ['secrets', 'list'],
  },
  {
    type: 'google_artifact_registry_repository',
    what: 'repository',
    attribute: 'repository_id',
    list: ({ region }) => ['artifacts', 'repositories', 'list', `--location=${region}`],
  },
  {
    type: 'google_api_gateway_gateway',
    what: 'API gateway',
    attribute: 'gateway_id',
    list: ({ region, gateway_region }) => [
      'api-gateway',
      'gateways',
      'list',
      `--location=${gateway_region ?? region}`,
    ],
  },
  {
    type: 'google_cloud_scheduler_job',
    what: 'scheduler job',
    attribute: 'name',
    list: ({ region, scheduler_region }) => [
      'scheduler',
      'jobs',
      'list',
      `--location=${scheduler_region ?? region}`,
    ],
  },
  {
    type: 'google_project_iam_custom_role',
    what: 'custom role',
    attribute: 'role_id',
    list: ({ project }) => ['iam', 'roles', 'list', `--project=${project}`],
  },
];

const Named = z.object({ name: z.string().default(''), email: z.string().optional() });

/** The last part of a resource's path; of an account, what is before the @. */
const shortName = ({ name, email }: z.infer<typeof Named>) =>
  email?.slice(0, email.indexOf('@')) ?? name.slice(name.lastIndexOf('/') + 1);

/**
 * Refuses a plan that would make what is there already, made by another installation, by hand, or by this one with
 * another state. Throws Problem that names each; nothing was applied.
 */
export async function refuseTakenNames(context: Context, changes: readonly Change[]): Promise<void> {
  const { gcloud, values } = context;
  if (context.options.skipped.has('names')) return;
  const taken = await Promise.all(
    KINDS.map(async ({ type, what, attribute, list }) => {
      const wanted = changes.filter((change) => change.type === type && change.actions.includes('create'));
      const made = wanted.filter(({ actions }) => !actions.includes('delete'));
      if (made.length === 0) return [];
      const found = await gcloud.find(listOf(Named), [...list(values), `--project=${values.project}`]);
      const names = new Set(found?.map(shortName));
      const clashes = made.filter(({ after }) => names.has(String(after[attribute])));
      return clashes.map(({ address, after }) => ({ what, name: String(after[attribute]), address }));
    }),
  );
  const all = [...taken.flat(), ...(await takenBuckets(context, changes))];
  const lines = all.map(({ what, name, address }) => `${what} ${name} (${address})`);
  if (lines.length === 0) return;
  throw new Problem(
    `these exist already, and not in this installation's state:\n  ${lines.join('\n  ')}`,
    'one project is one installation: take another project; or, where they are left over from one whose state is lost, import each (terraform import ADDRESS ID) or delete it',
  );
}

/** Buckets' names are one space for all of Google's customers: somebody else's cannot be seen, but is refused. */
async function takenBuckets({ gcloud, values }: Context, changes: readonly Change[]) {
  const buckets = changes.filter(
    ({ type, actions }) => type === 'google_storage_bucket' && actions.join() === 'create',
  );
  const found = await Promise.all(
    buckets.map(async ({ address, after }) => {
      const name = String(after.name);
      const args = ['storage', 'buckets', 'describe', `gs://${name}`, `--project=${values.project}`];
      const isTaken = await gcloud.find(Named, args).then(
        (bucket) => bucket !== null,
        (error: unknown) => {
          if (error instanceof ToolFailed && /\b403\b|does not have .* access/.test(error.output))
            return true;
          throw error;
        },
      );
      return isTaken ? [{ what: 'bucket', name, address }] : [];
    }),
  );
  return found.flat();
}
