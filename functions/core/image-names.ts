import { createHash } from 'node:crypto';
import { pathIn } from './registry-areas.ts';

/** Registries take 255 characters, and the project, the repository and the team come before it. */
const MAX_NAME = 128;
const SHA_LENGTH = 7;

/**
 * The repository path of an image in a registry, from a git repository's full name. The path is lower case
 * and within the OCI distribution spec's grammar for `<name>`; where that loses something (a leading dot,
 * two dots in a row, the end of a very long name), a short hash keeps two repositories from sharing one path.
 */
export function imageName(fullName: string): string {
  const lower = fullName.toLowerCase();
  const clean = lower
    .split('/')
    .map((part) => cleanPart(part) || 'x')
    .join('/');
  if (clean === lower && clean.length <= MAX_NAME) return clean;
  const suffix = `-${createHash('sha256').update(lower).digest('hex').slice(0, 8)}`;
  return clean.slice(0, MAX_NAME - suffix.length).replace(/[._/-]+$/, '') + suffix;
}

/** A repository's path as the OCI distribution spec has it (section "Pulling manifests", `<name>`). */
export const IMAGE_NAME =
  /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

export function isImageName(name: string): boolean {
  return name.length <= 255 && IMAGE_NAME.test(name);
}

/** One path component: runs of letters and digits, separated by `.`, `_`, `__` or dashes only. */
function cleanPart(part: string): string {
  const known = part.replace(/[^a-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, '');
  return known.replace(/[._-]+/g, (run) => (/^(?:\.|__?|-+)$/.test(run) ? run : '-'));
}

/** The tag of a build of a bare commit, which moves no branch's tag. */
export function commitTag(commitSha: string): string {
  return `commit-${commitSha.slice(0, SHA_LENGTH)}`;
}

/**
 * The whole path (`host/path`) of an image in one of a team's own registries: without the team's prefix, for it
 * is the team's alone, and GitLab takes two levels below a project only. Docker Hub takes one below an account:
 * there the path becomes one name, with a hash that keeps two paths from sharing it.
 */
function imagePathIn(registry: string, name: string): string {
  const own = name.slice(name.indexOf('/') + 1);
  if (!registry.startsWith('docker.io/')) return `${registry}/${own}`;
  const flat = own.replaceAll('/', '-').slice(0, 200);
  return `${registry}/${flat}-${createHash('sha256').update(own).digest('hex').slice(0, 8)}`;
}

/** The whole path of a released image. @param release the installation's registry area. */
export function releasedPath(release: string, registry: string | null, name: string): string {
  return registry === null ? pathIn(release, name) : imagePathIn(registry, name);
}
