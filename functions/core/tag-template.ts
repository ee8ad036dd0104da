import { OCI_TAG } from './git-names.ts';

/** What a template may name in braces. `image`: the last part of the image's path; `date`: YYYYMMDD of the push, UTC. */
const FIELDS = ['branch', 'tag', 'sha', 'sha7', 'date', 'image'] as const;
type Field = (typeof FIELDS)[number];

/** Those that may be of any length, and are cut where the tag would be too long. */
const NAMES: ReadonlySet<Field> = new Set(['branch', 'tag', 'image']);

/** What the fields stand for; a branch has no tag, and a tag no branch. */
export interface TagFields {
  readonly ref: { readonly kind: 'branch' | 'tag'; readonly name: string };
  readonly commitSha: string;
  /** The image's path. */
  readonly image: string;
  /** When it was pushed (ms since the epoch). */
  readonly at: number;
}

/** What is built where nobody named a template; the default branch is `latest` too. */
export const DEFAULT_TEMPLATES = { branch: ['{branch}-auto-{sha7}'], tag: ['{tag}'] } as const;

const MAX_TAG = 128;
/** The last day of four digits (ms): a host may say any time. */
const LAST_DAY = Date.UTC(9999, 11, 31);
const PART = /\{([^{}]*)\}/g;

/** What is wrong with a template for this kind of ref; null: nothing. */
export function templateProblem(kind: 'branch' | 'tag', template: string): string | null {
  const known = FIELDS.filter((field) => field !== (kind === 'branch' ? 'tag' : 'branch'));
  const unknown = [...template.matchAll(PART)].find(([, name]) => !known.some((field) => field === name));
  const names = known.map((field) => `{${field}}`).join(', ');
  if (unknown) return `${unknown[0]} is no field here; there are ${names}`;
  const literal = template.replace(PART, '');
  if (!/^[A-Za-z0-9._-]*$/.test(literal)) return 'may have letters, digits, . _ - and fields in braces';
  if (/^[.-]/.test(template)) return 'may not begin with a dot or a dash';
  return literal.length <= 64 ? null : 'may have 64 characters beside its fields';
}

/**
 * The tag that a template makes: lower case, and within OCI's grammar (distribution spec, "Pulling manifests"). What
 * that does not allow becomes `-`, and names are cut so that all else has its place. `latest` comes out only of a
 * template that says so: a branch or tag of that name gets the commit behind it.
 */
export function renderTag(template: string, fields: TagFields): string {
  const named = [...template.matchAll(PART)].filter(([, name]) => isName(name)).length;
  const fixed = template.replace(PART, (_, name) => (isName(name) ? '' : fieldOf(name, fields)));
  const room = Math.max(8, Math.floor((MAX_TAG - fixed.length) / Math.max(1, named)));
  const text = template.replace(PART, (_, name) => {
    const value = fieldOf(name, fields);
    return isName(name) ? cleaned(value).slice(0, room) : value;
  });
  const tag = cleaned(text).slice(0, MAX_TAG);
  const own = OCI_TAG.test(tag) ? tag : 'ref';
  return own === 'latest' && template.toLowerCase() !== 'latest' ? `latest-${sha7(fields.commitSha)}` : own;
}

/** The tag of every image of a pull request, whatever anybody's rules say. */
export function pullRequestTag(number: number, commitSha: string): string {
  return `pr-${number}-${sha7(commitSha)}`;
}

function isName(field: string | undefined): boolean {
  return FIELDS.some((known) => known === field && NAMES.has(known));
}

function fieldOf(field: string, { ref, commitSha, image, at }: TagFields): string {
  switch (field) {
    case 'branch':
    case 'tag':
      return ref.kind === field ? ref.name : '';
    case 'sha':
      return commitSha;
    case 'sha7':
      return sha7(commitSha);
    case 'date':
      return new Date(Math.min(Math.max(at, 0), LAST_DAY)).toISOString().slice(0, 10).replaceAll('-', '');
    case 'image':
      return image.slice(image.lastIndexOf('/') + 1);
    default:
      return '';
  }
}

/** Lower case, with nothing that a tag may not have. A name of which nothing is left is `ref`. */
function cleaned(text: string): string {
  const clean = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '');
  return clean || 'ref';
}

function sha7(commitSha: string): string {
  return commitSha.slice(0, 7);
}
