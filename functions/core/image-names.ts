import { createHash } from 'node:crypto';

const MAX_TAG = 128;
const SHA_LENGTH = 7;

/**
 * The repository path of an image in a registry, from a git repository's full name. The path is lower case
 * and within the OCI distribution spec's grammar for `<name>`; where that loses something (a leading dot,
 * two dots in a row), a short hash keeps two repositories from sharing one path.
 */
export function imageName(fullName: string): string {
  const lower = fullName.toLowerCase();
  const clean = lower
    .split('/')
    .map((part) => cleanPart(part) || 'x')
    .join('/');
  if (clean === lower) return clean;
  return `${clean}-${createHash('sha256').update(lower).digest('hex').slice(0, 8)}`;
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

/** `{branch}-auto-{sha7}`, the tag that every push to a built branch gets. */
export function branchTag(branch: string, commitSha: string): string {
  const suffix = `-auto-${commitSha.slice(0, SHA_LENGTH)}`;
  return `${tagText(branch, MAX_TAG - suffix.length)}${suffix}`;
}

/** The image tag of a git tag: its own name, with what the OCI spec does not allow replaced by `-`. */
export function gitTagTag(tag: string): string {
  return tagText(tag, MAX_TAG);
}

/** The tag of a build of a bare commit, which moves no branch's tag. */
export function commitTag(commitSha: string): string {
  return `commit-${commitSha.slice(0, SHA_LENGTH)}`;
}

function tagText(name: string, room: number): string {
  const text = name.replace(/[^a-zA-Z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return (text || 'ref').slice(0, room);
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

/** The whole path of a released image. @param release the installation's registry path. */
export function releasedPath(release: string, registry: string | null, name: string): string {
  return registry === null ? `${release}/${name}` : imagePathIn(registry, name);
}
