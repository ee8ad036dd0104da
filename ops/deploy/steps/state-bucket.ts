import { z } from 'zod';
import { confirm } from '../../cloud/command-line.ts';
import { listOf } from '../../cloud/gcloud.ts';
import { Problem } from '../../cloud/problem.ts';
import { ToolFailed } from '../../cloud/tools.ts';
import type { Context, Step } from '../context.ts';
import type { Options } from '../options.ts';
import type { Values } from '../values.ts';

const Bucket = z.object({
  name: z.string(),
  versioning_enabled: z.boolean().nullish(),
  public_access_prevention: z.string().nullish(),
  uniform_bucket_level_access: z.boolean().nullish(),
});

export function stateBucketName(values: Values, options: Options): string {
  return options.stateBucket ?? `${values.project}-bitflow-state`;
}

/**
 * The bucket, if it is this project's own; null: there is none. It is looked for among the project's buckets and not by
 * name: names are one space for all of Google's customers, and whoever took ours first could read the state.
 */
export async function findStateBucket({ gcloud, values }: Context, name: string) {
  const args = ['storage', 'buckets', 'list', `--filter=name=${name}`, `--project=${values.project}`];
  const found = await gcloud.read(listOf(Bucket), args);
  return found.find((bucket) => bucket.name === name) ?? null;
}

/** The state has every name and address of the installation, and no key: but nobody else has a use for it. */
export const stateBucket: Step = {
  name: 'state-bucket',
  title: 'finds or makes the bucket of Terraform’s state',
  planOnly: true,
  async run(context) {
    const { values, options, say, ask } = context;
    const name = stateBucketName(values, options);
    const bucket = await findStateBucket(context, name);
    if (options.planOnly) return { stateBucket: bucket === null ? null : name };
    if (bucket === null) {
      if (!options.yes)
        await confirm(ask, `Make the bucket ${name} in ${values.region} for Terraform's state?`);
      await make(context, name);
    }
    await harden(context, name, bucket);
    say(`  gs://${name}`);
    return { stateBucket: name };
  },
};

async function make({ gcloud, values }: Context, name: string): Promise<void> {
  const where = [`--location=${values.region}`, `--project=${values.project}`];
  const safe = ['--uniform-bucket-level-access', '--public-access-prevention'];
  try {
    await gcloud.change(['storage', 'buckets', 'create', `gs://${name}`, ...where, ...safe]);
  } catch (error) {
    if (!(error instanceof ToolFailed) || !/\b409\b|already exists|not available/.test(error.output))
      throw error;
    throw new Problem(
      `somebody else has a bucket ${name}`,
      'name another: --state-bucket NAME, now and from now on',
      { cause: error },
    );
  }
}

/** Also one that was made by hand, or by a run that ended in between. */
async function harden(
  { gcloud }: Context,
  name: string,
  bucket: z.infer<typeof Bucket> | null,
): Promise<void> {
  const flags = [
    ...(bucket?.versioning_enabled === true ? [] : ['--versioning']),
    ...(bucket === null || bucket.public_access_prevention === 'enforced'
      ? []
      : ['--public-access-prevention']),
    ...(bucket === null || bucket.uniform_bucket_level_access === true
      ? []
      : ['--uniform-bucket-level-access']),
  ];
  if (flags.length > 0) await gcloud.change(['storage', 'buckets', 'update', `gs://${name}`, ...flags]);
}
