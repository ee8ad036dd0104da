import { DEPLOYMENT, makeDeployment } from '../bundle/index.ts';
import type { Bundle } from './context.ts';

/** Makes dist/deploy, where Terraform looks for it. */
export async function deploymentBundle(): Promise<Bundle> {
  const { builder_image_tag } = await makeDeployment(DEPLOYMENT, (line) => process.stderr.write(`${line}\n`));
  return { folder: DEPLOYMENT, builder_image_tag };
}
