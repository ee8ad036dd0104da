import type { ChangedPaths } from '#core/ports.ts';

/** An entry of a git tree. `path` is relative to that tree; a submodule is a `commit`. */
export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

/** A tree as a host lists it; `truncated`: not all of it. */
export interface Tree {
  readonly entries: readonly TreeEntry[];
  readonly truncated: boolean;
}

/**
 * Lists a tree by its id, or by that of a commit; `recursive`: with all that lies below it. Null: it is not there.
 */
export type ReadTree = (id: string, recursive: boolean) => Promise<Tree | null>;

/** More folders than this are not looked into: then too much changed to be worth the time. */
const MOST_REQUESTS = 60;

type Entries = ReadonlyMap<string, TreeEntry>;
const NOTHING: Tree = { entries: [], truncated: false };

/** It cannot be known which paths changed. */
class Unknown extends Error {}

/**
 * The paths that differ between two commits, as `git diff --name-only --no-renames` lists them: hosts cut what they
 * say of a comparison (GitHub after 300 files), and of a rename they tell one side or two. A tree says all; where it
 * is too large to be listed as a whole, only the folders that differ are looked into.
 */
export async function diffTrees(read: ReadTree, from: string, to: string): Promise<ChangedPaths> {
  let left = MOST_REQUESTS;
  const list: ReadTree = async (id, recursive) => {
    left -= 1;
    if (left < 0) throw new Unknown(`more than ${MOST_REQUESTS / 2} folders differ`);
    return read(id, recursive);
  };
  try {
    const paths = from === to ? [] : await differing(list, '', from, to);
    return { known: true, paths };
  } catch (error) {
    if (error instanceof Unknown) return { known: false, why: error.message };
    throw error;
  }
}

/** @param before the id of one side; null: there is nothing on it. */
async function differing(
  read: ReadTree,
  below: string,
  before: string | null,
  after: string | null,
): Promise<string[]> {
  const [a, b] = await both(read, before, after, true);
  if (!a.truncated && !b.truncated) return different(filesOf(a), filesOf(b)).map((path) => below + path);
  const [oldLevel, newLevel] = await both(read, before, after, false);
  if (oldLevel.truncated || newLevel.truncated)
    throw new Unknown(`the folder /${below} has too many entries`);
  const [old, now] = [byPath(oldLevel), byPath(newLevel)];
  const paths: string[] = [];
  for (const path of different(old, now)) {
    const [was, is] = [old.get(path), now.get(path)];
    const [wasTree, isTree] = [treeOf(was), treeOf(is)];
    if ((was && wasTree === null) || (is && isTree === null)) paths.push(below + path);
    if (wasTree !== isTree) paths.push(...(await differing(read, `${below}${path}/`, wasTree, isTree)));
  }
  return paths;
}

async function both(
  read: ReadTree,
  before: string | null,
  after: string | null,
  recursive: boolean,
): Promise<[Tree, Tree]> {
  const one = async (id: string | null) => {
    const tree = id === null ? NOTHING : await read(id, recursive);
    if (tree === null) throw new Unknown(`the host does not have ${id} any more`);
    return tree;
  };
  return Promise.all([one(before), one(after)]);
}

/** The id of a folder; null for anything else. */
function treeOf(entry: TreeEntry | undefined): string | null {
  return entry?.type === 'tree' ? entry.sha : null;
}

function filesOf({ entries, truncated }: Tree): Entries {
  return byPath({ entries: entries.filter(({ type }) => type !== 'tree'), truncated });
}

/** By path. Git's paths are bytes: two of them may look the same where they are no UTF-8. */
function byPath({ entries }: Tree): Entries {
  const map = new Map(entries.map((entry) => [entry.path, entry]));
  if (map.size < entries.length) throw new Unknown('it has paths that are no UTF-8');
  return map;
}

/** The paths that are on one side only, or are another thing (mode or content) on the other. */
function different(a: Entries, b: Entries): string[] {
  const paths = new Set([...a.keys(), ...b.keys()]);
  return [...paths].filter((path) => {
    const [was, is] = [a.get(path), b.get(path)];
    return was?.sha !== is?.sha || was?.mode !== is?.mode;
  });
}
