import { z } from 'zod';
import { Problem } from '../../cloud/problem.ts';
import { PAUSES } from '../../cloud/retry.ts';
import { from, type Step } from '../context.ts';

/** Google's own accounts in the project that get rights from us, and the service that each belongs to. */
const AGENTS = {
  'gcp-sa-pubsub': 'pubsub.googleapis.com',
  'gcp-sa-cloudbuild': 'cloudbuild.googleapis.com',
  'gcp-sa-artifactregistry': 'artifactregistry.googleapis.com',
};

const IamPolicy = z.object({ bindings: z.array(z.object({ members: z.array(z.string()) })).default([]) });

/** They come into being some time after their API; a grant to one that is not there fails. */
export const agents: Step = {
  name: 'agents',
  title: 'waits for Google’s service agents',
  planOnly: false,
  async run({ gcloud, values: { project }, options, say, sleep }, made) {
    if (options.skipped.has('agents')) return undefined;
    const number = from(made, 'projectNumber');
    const missing = async () => {
      const policy = await gcloud.read(IamPolicy, ['projects', 'get-iam-policy', project]);
      const members = new Set(policy.bindings.flatMap((binding) => binding.members));
      return Object.entries(AGENTS).filter(
        ([agent]) => !members.has(`serviceAccount:service-${number}@${agent}.iam.gserviceaccount.com`),
      );
    };
    for (const pause of PAUSES) {
      const waiting = await missing();
      if (waiting.length === 0) return undefined;
      say(`  not there yet: ${waiting.map(([agent]) => agent).join(', ')}`);
      await sleep(pause);
    }
    const gone = await missing();
    if (gone.length === 0) return undefined;
    const make = gone.map(
      ([, service]) => `gcloud beta services identity create --service=${service} --project=${project}`,
    );
    throw new Problem(
      `these of Google's service agents have no role in ${project}: ${gone.map(([agent]) => agent).join(', ')}`,
      `${make.join('\n')}\nor, where your organization takes their roles away, go on with --skip-check agents`,
    );
  },
};
