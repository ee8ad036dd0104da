import { z } from 'zod';
import { ToolFailed } from '../../cloud/tools.ts';
import type { Check, Finding } from './check.ts';

/** `versions.tf` asks for as much. */
const TERRAFORM = [1, 11];
/** Older ones do not know all that is asked here. */
const GCLOUD = [500, 0];

const TerraformVersion = z.object({ terraform_version: z.string() });
const GcloudVersion = z.object({ 'Google Cloud SDK': z.string() });

export const terraformCheck: Check = {
  name: 'terraform',
  find: ({ tools }) =>
    installed('Terraform', 'https://developer.hashicorp.com/terraform/install', async () => {
      const text = await tools.read('terraform', ['version', '-json']);
      return tooOld('Terraform', TerraformVersion.parse(JSON.parse(text)).terraform_version, TERRAFORM);
    }),
};

export const gcloudCheck: Check = {
  name: 'gcloud',
  find: ({ gcloud }) =>
    installed('the Google Cloud CLI', 'https://cloud.google.com/sdk/docs/install', async () => {
      const version = await gcloud.read(GcloudVersion, ['version']);
      return tooOld('the Google Cloud CLI', version['Google Cloud SDK'], GCLOUD);
    }),
};

async function installed(what: string, page: string, ask: () => Promise<Finding | null>) {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ToolFailed) || !error.isMissing) throw error;
    return { why: `${what} is not installed`, next: `install it (${page})` };
  }
}

function tooOld(what: string, version: string, least: readonly number[]): Finding | null {
  const parts = version.split('.').map(Number);
  const different = least.findIndex((part, index) => part !== parts[index]);
  if (different === -1 || (parts[different] ?? 0) > (least[different] ?? 0)) return null;
  const wanted = least.join('.');
  return { why: `${what} ${version} is older than ${wanted}`, next: `update it to ${wanted} or later` };
}
