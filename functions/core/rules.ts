import type { PushEvent } from './delivery.ts';
import { COMMIT_SHA, isRefName, isShortRefName, parseRef } from './git-names.ts';
import { branchTag, gitTagTag } from './image-names.ts';
import type { Repository } from './repository.ts';

/** What a push means for a repository: the images to build, or why there is none. */
export type PushVerdict =
  | {
      readonly kind: 'build';
      readonly images: readonly { readonly name: string; readonly tags: readonly string[] }[];
    }
  | { readonly kind: 'ignore'; readonly reason: string };

/**
 * The default rules: a push to the default branch builds `{branch}-auto-{sha7}` and `latest`, a git tag
 * builds an image of that tag, anything else is ignored with a reason.
 */
export function decidePush(push: PushEvent, repository: Repository): PushVerdict {
  const ref = parseRef(push.ref);
  if (ref === null) return ignore(`${quote(push.ref)} is neither a branch nor a tag`);
  if (!isRefName(push.ref) || !isShortRefName(ref.name))
    return ignore(`${quote(push.ref)} is not a valid ref name`);
  if (push.commit_sha === null) return ignore(`the ${ref.kind} ${quote(ref.name)} was deleted`);
  if (!COMMIT_SHA.test(push.commit_sha)) return ignore('the commit id is not one');
  const name = repository.image_name;
  if (ref.kind === 'tag') return { kind: 'build', images: [{ name, tags: [gitTagTag(ref.name)] }] };
  if (ref.name !== repository.default_branch) {
    return ignore(
      `only pushes to ${quote(repository.default_branch)} and tags are built, this is ${quote(ref.name)}`,
    );
  }
  return { kind: 'build', images: [{ name, tags: tagsOfHead(ref.name, push.commit_sha, repository) }] };
}

/** The tags of the head of a branch: `latest` too, where it is the default branch. */
export function tagsOfHead(branch: string, commitSha: string, repository: Repository): string[] {
  const own = branchTag(branch, commitSha);
  return branch === repository.default_branch ? [own, 'latest'] : [own];
}

function ignore(reason: string): PushVerdict {
  return { kind: 'ignore', reason };
}

/** A hostile name in a sentence: escaped, and cut to what one can read. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
