import { z } from 'zod';
import { Problem } from '../../cloud/problem.ts';
import { PAUSES } from '../../cloud/retry.ts';
import { ToolFailed } from '../../cloud/tools.ts';
import { type Context, from, type Step } from '../context.ts';

/** Google's own accounts in the project that get rights from us, and the role that each has of Google's own. */
const AGENTS = {
  'gcp-sa-pubsub': 'roles/pubsub.serviceAgent',
  'gcp-sa-cloudbuild': 'roles/cloudbuild.serviceAgent',
  'gcp-sa-artifactregistry': 'roles/artifactregistry.serviceAgent',
};

const IamPolicy = z.object({ bindings: z.array(z.object({ members: z.array(z.string()) })).default([]) });

/**
 * They come into being some time after their API, with their role. But one that was asked for before Google made it, as
 * Terraform does, gets none of Google (cloud.google.com/iam/docs/create-service-agents), and then no build would run.
 */
export const agents: Step = {
  name: 'agents',
  title: 'waits for Google’s service agents',
  planOnly: false,
  async run(context, made) {
    const { gcloud, values, options, say, sleep } = context;
    if (options.skipped.has('agents')) return undefined;
    const member = (agent: string) =>
      `serviceAccount:service-${from(made, 'projectNumber')}@${agent}.iam.gserviceaccount.com`;
    const missing = async () => {
      const policy = await gcloud.read(IamPolicy, ['projects', 'get-iam-policy', values.project]);
      const members = new Set(policy.bindings.flatMap((binding) => binding.members));
      return Object.entries(AGENTS).filter(([agent]) => !members.has(member(agent)));
    };
    for (const pause of PAUSES) {
      const waiting = await missing();
      if (waiting.length === 0) return undefined;
      say(`  no role yet: ${waiting.map(([agent]) => agent).join(', ')}`);
      await sleep(pause);
    }
    for (const [agent, role] of await missing()) await grant(context, member(agent), role);
    return undefined;
  },
};

async function grant({ gcloud, values, say }: Context, member: string, role: string): Promise<void> {
  const args = ['projects', 'add-iam-policy-binding', values.project];
  const binding = [`--member=${member}`, `--role=${role}`, '--condition=None'];
  try {
    // Without a format it prints the whole policy.
    await gcloud.change([...args, ...binding, '--format=none']);
    say(`  gave ${member} its role ${role}, which Google had not`);
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error;
    throw new Problem(
      `${member} has no role in ${values.project}, and could not be given its own: ${error.message}`,
      `${['gcloud', ...args, ...binding].join(' ')}\nor, where your organization takes such roles away, go on with --skip-check agents`,
      { cause: error },
    );
  }
}
