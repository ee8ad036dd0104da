import { DIGEST, NUMBER, namesOf, type Project } from './project.ts';
import type { ToolAnswer, ToolCall } from './stand-ins.ts';

const json = (value: unknown): ToolAnswer => ({ out: JSON.stringify(value) });
const error = (err: string): ToolAnswer => ({ code: 1, err: `ERROR: (gcloud) ${err}\n` });
const notFound = error('NOT_FOUND: Resource not found.');

/** The value of `--NAME=VALUE`. */
export function flag({ args }: Pick<ToolCall, 'args'>, name: string): string {
  const given = args.find((arg) => arg.startsWith(`--${name}=`));
  return given?.slice(name.length + 3) ?? '';
}

type Command = (project: Project, call: ToolCall, operands: readonly string[]) => ToolAnswer;

const lists = (type: string, attribute: string, path: string): Command => {
  const named = (name: string) =>
    type === 'google_service_account'
      ? { name: `${path}${name}`, email: `${name}@acme-builds.iam.gserviceaccount.com` }
      : { name: `${path}${name}` };
  return (project) => json(namesOf(project, type, attribute).map(named));
};

/** What gcloud answers, by the words of the command. */
const COMMANDS: Readonly<Record<string, Command>> = {
  version: ({ gcloudVersion }) => json({ 'Google Cloud SDK': gcloudVersion }),
  'auth list': ({ loggedIn }) => json(loggedIn ? [{ account: 'ann@example.com', status: 'ACTIVE' }] : []),
  'auth application-default print-access-token': ({ credentials }) =>
    credentials ? { out: 'ya29.a-token\n' } : error('Your default credentials were not found.'),
  'projects describe': ({ lifecycle }) =>
    lifecycle === null
      ? error('[ann@example.com] does not have permission to access projects instance (403)')
      : json({ projectNumber: NUMBER, lifecycleState: lifecycle }),
  'billing projects describe': ({ billing }) => json({ billingEnabled: billing }),
  'services list': ({ apis }) => json([...apis].map((name) => ({ config: { name } }))),
  'services enable': ({ apis }, _, names) => {
    for (const name of names) apis.add(name);
    return {};
  },
  'resource-manager org-policies describe': ({ policies }, _, [id = '']) => json(policies[id] ?? {}),
  'functions regions list': ({ regions }) => json(regions.map((locationId) => ({ locationId }))),
  'scheduler locations list': ({ regions }) => json(regions.map((locationId) => ({ locationId }))),
  'artifacts locations list': ({ regions }) =>
    json(regions.map((name) => ({ name: `projects/p/locations/${name}` }))),
  'firestore locations list': ({ regions }) =>
    json([...regions, 'eur3'].map((locationId) => ({ locationId }))),
  'firestore databases list': (project, _, __) => {
    const made = namesOf(project, 'google_firestore_database', 'name');
    const ours = made.map((name) => ({
      name: `projects/acme-builds/databases/${name}`,
      type: 'FIRESTORE_NATIVE',
      locationId: 'europe-west1',
    }));
    return json([...ours, ...project.databases]);
  },
  'storage buckets list': ({ buckets }, call) => {
    const name = flag(call, 'filter').replace('name=', '');
    const bucket = buckets.get(name);
    return json(bucket === undefined ? [] : [{ name, uniform_bucket_level_access: true, ...bucket }]);
  },
  'storage buckets describe': (project, _, [url = '']) => {
    const name = url.replace('gs://', '');
    if (project.foreignBuckets.has(name))
      return error('HTTPError 403: ann does not have storage.buckets.get access');
    return namesOf(project, 'google_storage_bucket', 'name').includes(name) ? json({ name }) : notFound;
  },
  'storage buckets create': ({ buckets, foreignBuckets }, _, [url = '']) => {
    const name = url.replace('gs://', '');
    if (foreignBuckets.has(name)) return error('HTTPError 409: The requested bucket name is not available.');
    buckets.set(name, { versioning_enabled: false, public_access_prevention: 'enforced' });
    return {};
  },
  'storage buckets update': ({ buckets }, _, [url = '']) => {
    buckets.set(url.replace('gs://', ''), { versioning_enabled: true, public_access_prevention: 'enforced' });
    return {};
  },
  'secrets versions list': ({ secrets }, _, [name = '']) => {
    const states = secrets.get(name);
    if (states === undefined) return notFound;
    return json(
      states.map((state, index) => ({ name: `projects/1/secrets/${name}/versions/${index + 1}`, state })),
    );
  },
  'secrets versions add': ({ secrets }, _, [name = '']) => {
    secrets.get(name)?.push('ENABLED');
    return {};
  },
  'projects get-iam-policy': ({ agents }) => {
    const members = agents.map(
      (agent) => `serviceAccount:service-${NUMBER}@${agent}.iam.gserviceaccount.com`,
    );
    return json({ bindings: [{ role: 'roles/any', members }] });
  },
  'projects add-iam-policy-binding': ({ agents, mayGrant }, call) => {
    if (!mayGrant) return error('PERMISSION_DENIED: setIamPolicy');
    agents.push(flag(call, 'member').replace(/^.*@|\.iam\.gserviceaccount\.com$/g, ''));
    return {};
  },
  'artifacts tags list': ({ images }) => {
    const tag = (name: string) =>
      `projects/p/locations/r/repositories/bitflow-service/packages/builder/tags/${name}`;
    return images.size === 0
      ? notFound
      : json([...images].map((name) => ({ name: tag(name), version: `x/${DIGEST}` })));
  },
  'builds submit': ({ images }, call) => {
    const image = flag(call, 'substitutions').replace('_IMAGE=', '');
    images.add(image.slice(image.lastIndexOf(':') + 1));
    return {};
  },
  'pubsub topics list': lists('google_pubsub_topic', 'name', 'projects/acme-builds/topics/'),
  'pubsub subscriptions list': lists(
    'google_pubsub_subscription',
    'name',
    'projects/acme-builds/subscriptions/',
  ),
  'iam service-accounts list': lists(
    'google_service_account',
    'account_id',
    'projects/acme-builds/serviceAccounts/',
  ),
  'secrets list': lists('google_secret_manager_secret', 'secret_id', `projects/${NUMBER}/secrets/`),
  'artifacts repositories list': lists(
    'google_artifact_registry_repository',
    'repository_id',
    'projects/p/repositories/',
  ),
  'api-gateway gateways list': lists(
    'google_api_gateway_gateway',
    'gateway_id',
    'projects/p/locations/r/gateways/',
  ),
  'scheduler jobs list': lists('google_cloud_scheduler_job', 'name', 'projects/p/locations/r/jobs/'),
  'iam roles list': lists('google_project_iam_custom_role', 'role_id', 'projects/p/roles/'),
};

/** Answers as gcloud would of this project. */
export function gcloudOf(project: Project, call: ToolCall): ToolAnswer {
  const words = call.args.filter((arg) => !arg.startsWith('--'));
  const name = Object.keys(COMMANDS).find((known) => `${words.join(' ')} `.startsWith(`${known} `));
  if (name === undefined) throw new Error(`the stand-in knows no gcloud ${words.join(' ')}`);
  return (COMMANDS[name] as Command)(project, call, words.slice(name.split(' ').length));
}
