/**
 * Names that come from outside and end up near git, the file system or a registry.
 * One predicate a kind of name; schemas use them, nothing else decides what is acceptable.
 */

/** A full commit id: SHA-1 (40 hex digits) or SHA-256 (64). */
export const COMMIT_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

const MAX_REF_BYTES = 1024;

/**
 * Whether a full ref name (`refs/…`) is one that git accepts.
 * Source: git-check-ref-format(1), rules 1–10. A component may not start with a dash here: no such name
 * can then be taken for an option by any command.
 */
export function isRefName(ref: string): boolean {
  if (!ref.startsWith('refs/') || Buffer.byteLength(ref) > MAX_REF_BYTES) return false;
  if (ref.endsWith('.') || ref.includes('..') || ref.includes('@{') || hasForbidden(ref)) return false;
  const components = ref.split('/');
  if (components.length < 3) return false;
  return components.every((part) => part !== '' && !/^[.-]/.test(part) && !part.endsWith('.lock'));
}

/** Whether a short branch or tag name makes a valid ref, and cannot be taken for an option. */
export function isShortRefName(name: string): boolean {
  return !name.startsWith('-') && name !== '@' && isRefName(`refs/heads/${name}`);
}

/** Control characters, space, and the characters that git reserves: `~ ^ : ? * [ \`. */
function hasForbidden(text: string): boolean {
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code <= 0x20 || code === 0x7f || '~^:?*[\\'.includes(char)) return true;
    if (code >= 0xd800 && code <= 0xdfff) return true;
  }
  return false;
}

/** `owner/name` (GitLab: also `group/sub/name`), as the hosts allow them. */
export function isFullName(name: string): boolean {
  const parts = name.split('/');
  if (parts.length < 2 || name.length > 255) return false;
  return parts.every(
    (part) =>
      /^[A-Za-z0-9_][A-Za-z0-9._-]*$|^\.[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part) && !part.includes('..'),
  );
}

/** A folder inside the checkout, relative, `/`-separated; `.` is the checkout itself. */
export function isInnerPath(path: string): boolean {
  if (path === '.') return true;
  if (path === '' || path.length > 1024 || path.startsWith('/') || path.startsWith('-')) return false;
  if (path.includes('\\') || path.includes('\0')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part !== '.git');
}

/** A tag as the OCI distribution spec has it (section "Pulling manifests"). */
export const OCI_TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** The short name and kind of a ref: a branch, a tag, or something else. */
export function parseRef(ref: string): { kind: 'branch' | 'tag'; name: string } | null {
  if (ref.startsWith('refs/heads/')) return { kind: 'branch', name: ref.slice('refs/heads/'.length) };
  if (ref.startsWith('refs/tags/')) return { kind: 'tag', name: ref.slice('refs/tags/'.length) };
  return null;
}
