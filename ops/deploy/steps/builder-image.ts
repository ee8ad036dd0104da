import { join } from 'node:path';
import { z } from 'zod';
import { type Gcloud, listOf } from '../../cloud/gcloud.ts';
import { Problem } from '../../cloud/problem.ts';
import { type Context, from, type Made, type Step } from '../context.ts';
import { needOutput, output } from '../outputs.ts';

const Tag = z.object({ name: z.string(), version: z.string() });
const IMAGE = 'builder';

/** The digest that a tag of the image names; null: none, or there is no image at all. */
async function digestOf(gcloud: Gcloud, repository: string, tag: string): Promise<string | null> {
  const [host = '', project = '', id = ''] = repository.split('/');
  const location = host.replace(/-docker\.pkg\.dev$/, '');
  const where = [`--repository=${id}`, `--location=${location}`, `--project=${project}`];
  const tags = await gcloud.find(listOf(Tag), ['artifacts', 'tags', 'list', `--package=${IMAGE}`, ...where]);
  const found = tags?.find(({ name }) => name === tag || name.endsWith(`/${tag}`));
  return found === undefined ? null : found.version.slice(found.version.lastIndexOf('/') + 1);
}

/** The tag says what is in the image, so one that is there is never built again: not on a roll-back either. */
export const builderImage: Step = {
  name: 'builder-image',
  title: 'builds the builder image in Cloud Build, where it is not there yet (about ten minutes)',
  planOnly: true,
  async run(context, made) {
    const outputs = made.stateBucket === null ? {} : await context.terraform(made).outputs();
    const known = output(outputs, 'service_repository');
    if (context.options.planOnly && known === null) return { builderImage: null };
    const repository = needOutput(outputs, 'service_repository');
    const tag = from(made, 'bundle').builder_image_tag;
    const there = await digestOf(context.gcloud, repository, tag);
    if (there !== null) return { builderImage: `${repository}/${IMAGE}@${there}` };
    if (context.options.planOnly) return { builderImage: null };
    await build(context, made, `${repository}/${IMAGE}:${tag}`, needOutput(outputs, 'image_build'));
    const digest = await digestOf(context.gcloud, repository, tag);
    if (digest === null)
      throw new Problem(
        `Cloud Build ended well, and ${repository}/${IMAGE}:${tag} is not there`,
        'see the build’s log, above; then go on',
      );
    return { builderImage: `${repository}/${IMAGE}@${digest}` };
  },
};

async function build(
  { gcloud, values }: Context,
  made: Made,
  image: string,
  { account, source_dir }: { account: string; source_dir: string },
): Promise<void> {
  const folder = join(from(made, 'bundle').folder, 'builder-image');
  await gcloud.change([
    'builds',
    'submit',
    folder,
    `--config=${join(folder, 'cloudbuild.yaml')}`,
    `--substitutions=_IMAGE=${image}`,
    `--project=${values.project}`,
    `--region=${values.region}`,
    `--service-account=${account}`,
    `--gcs-source-staging-dir=${source_dir}`,
    // its log is in Cloud Logging, and only gcloud's beta shows that; the address of it is printed
    '--suppress-logs',
  ]);
}
