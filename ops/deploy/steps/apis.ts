import { z } from 'zod';
import { listOf } from '../../cloud/gcloud.ts';
import { Problem } from '../../cloud/problem.ts';
import { PAUSES } from '../../cloud/retry.ts';
import type { Context, Step } from '../context.ts';

/** Those that this program asks before Terraform enables the rest, or that Terraform itself needs to plan. */
const BOOTSTRAP = [
  'apigateway.googleapis.com',
  'artifactregistry.googleapis.com',
  'cloudbuild.googleapis.com',
  'cloudfunctions.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'cloudscheduler.googleapis.com',
  'firestore.googleapis.com',
  'iam.googleapis.com',
  'pubsub.googleapis.com',
  'secretmanager.googleapis.com',
  'serviceusage.googleapis.com',
  'storage.googleapis.com',
];

const Service = z.object({ config: z.object({ name: z.string() }) });

async function enabled({ gcloud, values }: Context): Promise<ReadonlySet<string>> {
  const services = await gcloud.read(listOf(Service), [
    'services',
    'list',
    '--enabled',
    `--project=${values.project}`,
  ]);
  return new Set(services.map(({ config }) => config.name));
}

/** An API is on some time after gcloud has said so. */
export const apis: Step = {
  name: 'apis',
  title: 'enables the APIs that the next steps ask',
  planOnly: true,
  async run(context) {
    const { gcloud, values, options, say, sleep } = context;
    const on = await enabled(context);
    const missing = BOOTSTRAP.filter((api) => !on.has(api));
    if (missing.length === 0) return { enabledApis: on };
    if (options.planOnly) {
      say(`  not enabled yet: ${missing.join(', ')}`);
      return { enabledApis: on };
    }
    await gcloud.change(['services', 'enable', ...missing, `--project=${values.project}`]);
    for (const pause of PAUSES) {
      const now = await enabled(context);
      if (BOOTSTRAP.every((api) => now.has(api))) return { enabledApis: now };
      await sleep(pause);
    }
    throw new Problem(
      'the APIs were enabled, and Google does not list them yet',
      'wait a few minutes, then go on',
    );
  },
};
