import type { BuilderType } from './build.ts';
import type { BuildRules, ImageRule } from './build-rules.ts';
import type { PullRequestEvent, PushEvent } from './delivery.ts';
import { COMMIT_SHA, isRefName, isShortRefName, parseRef } from './git-names.ts';
import { matchesGlobs } from './globs.ts';
import { pathsOf } from './path-filter.ts';
import type { Repository } from './repository.ts';
import { DEFAULT_TEMPLATES, pullRequestTag, renderTag } from './tag-template.ts';

/** A branch or git tag. */
export type NamedRef = NonNullable<ReturnType<typeof parseRef>>;

/** One image that a push or a pull request asks for. */
export interface WantedImage {
  readonly name: string;
  readonly tags: readonly string[];
  readonly root_directory: string;
  readonly builder: BuilderType;
  readonly dockerfile: { readonly path: string | null; readonly target: string | null };
  /** What of the repository concerns it; null: all. */
  readonly paths: readonly string[] | null;
}

/** The images to build, or why there are none. */
export type RuleVerdict =
  | { readonly kind: 'build'; readonly images: readonly WantedImage[] }
  | { readonly kind: 'ignore'; readonly reason: string };

/** What is decided about: a ref that points to a commit now. */
export interface PushedRef {
  readonly ref: NamedRef;
  readonly commit_sha: string;
  /** The commit's message; null: it is not known. */
  readonly message: string | null;
  /** When it was pushed (ms since the epoch). */
  readonly at: number;
}

/** The rules that hold: what the file at the commit says comes over what is kept, key by key. */
export function rulesOver(kept: BuildRules, file: BuildRules): BuildRules {
  const image_tags = { ...kept.image_tags, ...file.image_tags };
  return { ...kept, ...file, ...(Object.keys(image_tags).length > 0 && { image_tags }) };
}

/** The ref of a push, or why it is none that could be built, whatever the rules are. */
export function pushedRef(push: PushEvent): NamedRef | string {
  const ref = parseRef(push.ref);
  if (ref === null) return `${quote(push.ref)} is neither a branch nor a tag`;
  if (!isRefName(push.ref) || !isShortRefName(ref.name)) {
    const dashed = ref.name.split('/').some((part) => part.startsWith('-'));
    return `${quote(push.ref)} is not a valid ref name${dashed ? ' here: no part of it may start with a dash' : ''}`;
  }
  if (push.commit_sha === null) return `the ${ref.kind} ${quote(ref.name)} was deleted`;
  return COMMIT_SHA.test(push.commit_sha) ? ref : 'the commit id is not one';
}

/**
 * What a push means. By default one to the default branch builds `{branch}-auto-{sha7}` and `latest`, a git tag an
 * image of that tag; anything else is ignored with a reason. Which paths it changed is not looked at here.
 */
export function decidePush(
  { ref, commit_sha, message, at }: PushedRef,
  repository: Repository,
  rules: BuildRules,
): RuleVerdict {
  const refusal = refusalOf(ref, repository, rules);
  if (refusal !== null) return ignore(refusal);
  // Somebody who makes a tag of such a commit wants that commit released.
  if (ref.kind === 'branch' && asksToSkip(message)) return ignore(SKIPPED);
  return { kind: 'build', images: imagesOfRef({ ref, commit_sha, at }, repository, rules) };
}

/** All images of a ref, whoever wants them built. */
export function imagesOfRef(
  { ref, commit_sha, at }: Omit<PushedRef, 'message'>,
  repository: Repository,
  rules: BuildRules,
): WantedImage[] {
  return imagesOf(repository, rules, (image) =>
    tagsOf(repository, rules, { ref, commitSha: commit_sha, image, at }),
  );
}

/** What a pull request means that is open, at its head commit. */
export function decidePullRequest(
  request: Pick<PullRequestEvent, 'number' | 'commit_sha'> & { readonly message: string | null },
  repository: Repository,
  rules: BuildRules,
): RuleVerdict {
  if (rules.pull_requests !== true)
    return ignore('pull requests are not built: the rules lack pull_requests = true');
  if (!COMMIT_SHA.test(request.commit_sha)) return ignore('the commit id is not one');
  if (asksToSkip(request.message)) return ignore(SKIPPED);
  const tags = [pullRequestTag(request.number, request.commit_sha)];
  return { kind: 'build', images: imagesOf(repository, rules, () => tags) };
}

/** The tags of an image of a branch or git tag. `latest` is the default branch's, where no template was given. */
export function tagsOf(
  { default_branch }: Repository,
  rules: BuildRules,
  fields: Parameters<typeof renderTag>[1],
): string[] {
  const { kind, name } = fields.ref;
  const isDefault = kind === 'branch' && name === default_branch;
  const standard = [...DEFAULT_TEMPLATES[kind], ...(isDefault ? ['latest'] : [])];
  const templates = rules.image_tags?.[kind] ?? standard;
  return [...new Set(templates.map((template) => renderTag(template, fields)))];
}

function refusalOf(ref: NamedRef, { default_branch }: Repository, rules: BuildRules): string | null {
  const globs = ref.kind === 'branch' ? rules.branches : rules.tags;
  if (globs === undefined) {
    if (ref.kind === 'tag' || ref.name === default_branch) return null;
    return `only pushes to ${quote(default_branch)} and tags are built, this is ${quote(ref.name)}`;
  }
  if (matchesGlobs(globs, ref.name)) return null;
  const which = ref.kind === 'branch' ? 'branches' : 'tags';
  return `the rules build the ${which} ${quote(globs.join(', '))}, this is ${quote(ref.name)}`;
}

const SKIPPED = 'the message of the commit asks for no build';

function asksToSkip(message: string | null): boolean {
  return message !== null && /\[(?:skip ci|ci skip|no ci|skip bitflow)\]/i.test(message);
}

function imagesOf(
  repository: Repository,
  rules: BuildRules,
  tags: (image: string) => readonly string[],
): WantedImage[] {
  const { image_name, root_directory, builder_type } = repository;
  if (rules.images === undefined) {
    const single = { root_directory, builder: builder_type, dockerfile: { path: null, target: null } };
    return [{ name: image_name, tags: tags(image_name), ...single, paths: null }];
  }
  return rules.images.map((rule) => {
    const name = `${image_name}/${rule.name}`;
    return { name, tags: tags(name), ...howOf(rule, builder_type), paths: pathsOf(rule) };
  });
}

function howOf({ root, builder, dockerfile, target }: ImageRule, otherwise: BuilderType) {
  // Who names a Dockerfile wants it built by one.
  const named = dockerfile !== undefined || target !== undefined ? 'dockerfile' : otherwise;
  return {
    root_directory: root,
    builder: builder ?? named,
    dockerfile: { path: dockerfile ?? null, target: target ?? null },
  };
}

function ignore(reason: string): RuleVerdict {
  return { kind: 'ignore', reason };
}

/** A hostile name in a sentence: escaped, and cut to what one can read. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
