import { readFile, writeFile } from 'node:fs/promises';
import type { Project } from './project.ts';
import { RESOURCES, type Resource } from './resources.ts';
import type { ToolAnswer, ToolCall } from './stand-ins.ts';

const option = (args: readonly string[], name: string) =>
  args.filter((arg) => arg.startsWith(`-${name}=`)).map((arg) => arg.slice(name.length + 2));

interface Plan {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly type: string;
    readonly change: { readonly actions: readonly string[]; readonly after: unknown };
  }[];
}

function planOf(project: Project, args: readonly string[]): Plan {
  const targets = option(args, 'target');
  const isMeant = ({ address }: Resource) =>
    targets.length === 0 || targets.some((target) => address.startsWith(`${target}.`));
  const isDestroy = args.includes('-destroy');
  const actions = ({ address }: Resource) => {
    const isThere = project.applied.has(address);
    if (isDestroy) return isThere ? ['delete'] : ['no-op'];
    return isThere ? ['no-op'] : ['create'];
  };
  const changes = RESOURCES.filter(isMeant).map((resource) => ({
    address: resource.address,
    type: resource.type,
    change: { actions: actions(resource), after: isDestroy ? null : resource.after },
  }));
  return { resource_changes: changes };
}

/** Makes what is planned, up to the first `limit` changes: an apply may end in between. */
export function applyPlan(project: Project, plan: Plan, limit = Number.POSITIVE_INFINITY): void {
  const changes = plan.resource_changes.filter(({ change }) => !change.actions.includes('no-op'));
  for (const { address, type, change } of changes.slice(0, limit)) {
    if (change.actions.includes('delete')) project.applied.delete(address);
    else project.applied.add(address);
    const after = RESOURCES.find((resource) => resource.address === address)?.after;
    const secret = type === 'google_secret_manager_secret' ? String(after?.secret_id) : null;
    if (secret !== null && !project.secrets.has(secret)) project.secrets.set(secret, []);
  }
}

export const readPlan = async (file: string): Promise<Plan> => JSON.parse(await readFile(file, 'utf8'));

/** Answers as Terraform would for a root module of RESOURCES, whose state is what was applied. */
export async function terraformOf(
  project: Project,
  { args }: ToolCall,
  urls: Readonly<Record<string, string>>,
): Promise<ToolAnswer> {
  const [first = '', second = ''] = args.filter((arg) => !arg.startsWith('-chdir='));
  if (first === 'version') return { out: JSON.stringify({ terraform_version: project.terraformVersion }) };
  if (first === 'init') return { out: 'Terraform has been initialized.\n' };
  if (first === 'plan') {
    await writeFile(String(option(args, 'out')[0]), JSON.stringify(planOf(project, args)));
    return { out: 'Plan: some to add.\n' };
  }
  const file = args.at(-1) ?? '';
  if (first === 'show' && second === '-json') return { out: await readFile(file, 'utf8') };
  if (first === 'apply') {
    applyPlan(project, await readPlan(file));
    return { out: 'Apply complete!\n' };
  }
  if (first === 'output') return { out: JSON.stringify(outputsOf(project, urls)) };
  throw new Error(`the stand-in knows no terraform ${args.join(' ')}`);
}

function outputsOf(project: Project, urls: Readonly<Record<string, string>>) {
  if (project.applied.size === 0) return {};
  const isWhole = RESOURCES.every(({ address }) => project.applied.has(address));
  const image = {
    service_repository: 'europe-west1-docker.pkg.dev/acme-builds/bitflow-service',
    image_build: {
      account: 'projects/acme-builds/serviceAccounts/bitflow-image@acme-builds.iam.gserviceaccount.com',
      source_dir: 'gs://acme-builds-bitflow-source/source',
    },
  };
  const all = isWhole
    ? {
        ...image,
        ...urls,
        delete_protection: project.deleteProtection,
        sign_in: {},
        sign_in_redirect: `${urls.api_url}/device/return`,
      }
    : image;
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }]));
}
