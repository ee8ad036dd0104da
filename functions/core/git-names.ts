/**
 * Names that come from outside and end up near git, the file system or a registry.
 * One predicate a kind of name; schemas use them, nothing else decides what is acceptable.
 */

/** A full commit id: SHA-1 (40 hex digits) or SHA-256 (64). */
export const COMMIT_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const MAX_REF_BYTES = 1024;

/** The most characters of a branch or tag name that somebody asks for: as many as hosts allow. */
export const MAX_REF_CHARS = 255;

/**
 * The characters of a ref, and what no part of it may be: empty, starting with a dot or a dash, ending in `.lock`,
 * with `..` or `@{` in it, a dot at the end. Source: git-check-ref-format(1), rules 1–10. A part may not start with a
 * dash here: no such name can then be taken for an option by any command. Without flags, as JSON Schema has patterns.
 */
const PARTS = String.raw`(?![\s\S]*(?:\.\.|@\{|\.lock(?:/|$)|\.$))(?!(?:[\s\S]*/)?(?:[.-]|/|$))[^\x00-\x20\x7f~^:?*[\\]+`;

/** A full ref: `refs/`, then two parts at least. */
const REF_NAME = new RegExp(`^refs/(?=[^/]+/)${PARTS}$`);

/** A branch or tag name. */
export const SHORT_REF_NAME = new RegExp(`^(?!@$)${PARTS}$`);

/** A full ref, where it starts with `refs/`, else a branch or tag name. */
export const ANY_REF_NAME = new RegExp(`^(?!@$|refs/[^/]*$)${PARTS}$`);

/** Whether a full ref name (`refs/…`) is one that git accepts. */
export function isRefName(ref: string): boolean {
  return REF_NAME.test(ref) && ref.isWellFormed() && Buffer.byteLength(ref) <= MAX_REF_BYTES;
}

/** Whether a short branch or tag name makes a valid ref, and cannot be taken for an option. */
export function isShortRefName(name: string): boolean {
  return SHORT_REF_NAME.test(name) && isRefName(`refs/heads/${name}`);
}

/** `owner/name` (GitLab: also `group/sub/name`), as the hosts allow them; 255 characters at most. */
export const FULL_NAME =
  /^(?![\s\S]*\.\.)\.?[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)+$/;

export function isFullName(name: string): boolean {
  return name.length <= 255 && FULL_NAME.test(name);
}

/** A folder inside the checkout, relative, `/`-separated; `.` is the checkout itself. 1,024 characters at most. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no path has a NUL
export const INNER_PATH = /^(?:\.|(?!-)(?!(?:[\s\S]*\/)?(?:\.\.?|\.git)?(?:\/|$))[^\\\x00]+)$/;

export function isInnerPath(path: string): boolean {
  return path.length <= 1024 && INNER_PATH.test(path);
}

/** A tag as the OCI distribution spec has it (section "Pulling manifests"). */
export const OCI_TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/**
 * Whether what a ref points to was put there by somebody who may push to the repository. Where a host keeps pull
 * requests (`refs/pull/`, `refs/merge-requests/`), anybody may. Null: a commit that somebody named.
 */
export function isOwnRef(ref: string | null): boolean {
  return ref === null || parseRef(ref) !== null;
}

/** The short name and kind of a ref: a branch, a tag, or something else. */
export function parseRef(ref: string): { kind: 'branch' | 'tag'; name: string } | null {
  if (ref.startsWith('refs/heads/')) return { kind: 'branch', name: ref.slice('refs/heads/'.length) };
  if (ref.startsWith('refs/tags/')) return { kind: 'tag', name: ref.slice('refs/tags/'.length) };
  return null;
}
