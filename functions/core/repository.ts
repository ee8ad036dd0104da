import { z } from 'zod';
import { BuilderType } from './build.ts';
import { Variables } from './build-config.ts';
import { isFullName, isInnerPath, isShortRefName } from './git-names.ts';

/** The git hosts there are; each is a folder in adapters/git-hosts/. */
export const Platform = z.enum(['github']);
export type Platform = z.infer<typeof Platform>;

/** A secret's name becomes an environment variable of RUN steps (POSIX name, upper case). */
export const SecretName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,63}$/,
    'must be upper-case letters, digits and _, starting with a letter, at most 64',
  );

/** The largest secret: what Secret Manager keeps in one version (64 KiB). */
export const MAX_SECRET_BYTES = 65_536;

/** A connected repository. */
export const Repository = z.object({
  version: z.literal(1),
  id: z.string(),
  team: z.string(),
  platform: Platform,
  full_name: z.string().refine(isFullName),
  clone_url: z.string(),
  default_branch: z.string().refine(isShortRefName),
  root_directory: z.string().refine(isInnerPath),
  builder_type: BuilderType,
  /** The path of its images in a registry, the team's prefix first. */
  image_name: z.string(),
  /** What its builds' commands see (ARG), and what its images have (ENV): kept apart. No secrets. */
  variables: z.object({ build: Variables, run: Variables }),
  /** Names of the build secrets; their values are in Secret Manager only. */
  secret_names: z.array(z.string()).max(100),
  created_at: z.int(),
});
export type Repository = z.infer<typeof Repository>;

/** Where a build secret is kept in Secret Manager: an id within its grammar `[A-Za-z0-9_-]{1,255}`. */
export function secretId(repositoryId: string, name: string): string {
  return `bitflow-${repositoryId}-${name}`;
}
