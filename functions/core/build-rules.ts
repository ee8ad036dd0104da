import { z } from 'zod';
import { BuilderType } from './build.ts';
import { CacheMode } from './build-config.ts';
import { Concurrency } from './concurrency.ts';
import { isInnerPath, isShortRefName } from './git-names.ts';
import { isImageName } from './image-names.ts';
import { Cron, TimeZone } from './schedule-times.ts';
import { templateProblem } from './tag-template.ts';

/** A pattern of names or paths, as `globs.ts` matches it; one that begins with `!` takes away what was matched before. */
const Glob = z.string().min(1).max(256);
const Globs = z.array(Glob).max(64);

/** Tags of an image, with fields in braces: see `tag-template.ts`. */
function templates(kind: 'branch' | 'tag') {
  const template = z
    .string()
    .min(1)
    .max(256)
    .superRefine((text, context) => {
      const message = templateProblem(kind, text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
  return z.array(template).min(1).max(8);
}

const InnerPath = z.string().refine(isInnerPath, 'must be a relative path inside the repository');

/** One image of a repository that has several. */
export const ImageRule = z.strictObject({
  /** Its path below the repository's own image. */
  name: z
    .string()
    .max(64)
    .refine(isImageName, 'must be lower-case parts of letters, digits and . _ -, separated by /'),
  root: InnerPath.default('.'),
  builder: BuilderType.optional(),
  /** Relative to its root. */
  dockerfile: InnerPath.optional(),
  /** The stage of the Dockerfile. */
  target: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'must be the name of a stage')
    .optional(),
  /** What of the repository concerns it; left out: what lies below its root. */
  paths: Globs.min(1).optional(),
});
export type ImageRule = z.infer<typeof ImageRule>;

/** What is built at set times, whether anybody pushed or not. */
export const Schedule = z.strictObject({
  cron: Cron,
  timezone: TimeZone.default('UTC'),
  /** Left out: the default branch. */
  branch: z.string().refine(isShortRefName, 'is not a branch name that git accepts').optional(),
  cache: CacheMode.default('on'),
});
export type Schedule = z.infer<typeof Schedule>;

/** What a push means, as far as somebody said so; what is left out is as `rules.ts` has it. */
export const BuildRules = z.strictObject({
  /** The branches that are built; left out: the default branch. */
  branches: Globs.optional(),
  /** The git tags that are built; left out: all. */
  tags: Globs.optional(),
  /** Whether pull requests are built; left out: no. */
  pull_requests: z.boolean().optional(),
  /** What of the repository concerns any image; left out: all of it. */
  paths: Globs.min(1).optional(),
  concurrency: Concurrency.optional(),
  /** The tags of an image of a branch and of a git tag. A pull request's are always `pr-{number}-{sha7}`. */
  image_tags: z
    .strictObject({ branch: templates('branch').optional(), tag: templates('tag').optional() })
    .optional(),
  images: z
    .array(ImageRule)
    .min(1)
    .max(30)
    .refine((images) => new Set(images.map(({ name }) => name)).size === images.length, 'two have one name')
    .optional(),
  schedules: z.array(Schedule).max(10).optional(),
});
export type BuildRules = z.infer<typeof BuildRules>;

/** The label by which somebody who may label lets a fork's pull request be built, at the commit that it has then. */
export const APPROVAL_LABEL = 'bitflow-approved';

/** How long the images of a pull request are kept after they were made (ms): 14 days. */
export const PULL_REQUEST_IMAGE_MS = 14 * 24 * 3600 * 1000;

/** How long a build may wait for approval (s): 7 days. */
export const APPROVAL_TTL_S = 7 * 24 * 3600;
