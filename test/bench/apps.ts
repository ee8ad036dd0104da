import { randomUUID } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitServer } from '#local/git-server.ts';
import { type WorkingCopy, workingCopy } from '#local/working-copy.ts';
import { APPS_FOLDER } from '#test/support/expect.ts';

/** The sample app that is built, and the providers that nixpacks sees in it. */
const APP = 'node';
export const PROVIDERS = ['node'];
/** A file that no command of the app reads. */
const UNIQUE = 'unique.txt';
const SOURCE = 'src/server.js';

/** The three things that happen to a repository, in this order. */
export const KINDS = ['first', 'unchanged', 'edit'] as const;
export type Kind = (typeof KINDS)[number];

/** A repository under a fresh name with the sample app in it. */
export interface BenchApp {
  readonly fullName: string;
  readonly remote: string;
  /** Pushes what the kind is about. @returns the commit to build and the one that was there before. */
  change(kind: Kind): Promise<{ before: string | null; after: string }>;
  remove(): Promise<void>;
}

/**
 * Makes it. One file makes each repository's content one that BuildKit never saw: what it keeps by itself would
 * else turn the second first build of the same app into a rebuild, whoever does it.
 */
export async function benchApp(git: GitServer, fullName: string): Promise<BenchApp> {
  const remote = await git.create(fullName);
  const copy = await workingCopy(join(APPS_FOLDER, APP), remote);
  let head: string | null = null;
  return {
    fullName,
    remote,
    async change(kind) {
      const before = head;
      // The same push again, as a redelivery by hand of one that was built is not: an event of its own.
      if (kind === 'unchanged' && head !== null) return { before, after: head };
      const after = await commit(copy, kind);
      head = after;
      return { before, after };
    },
    remove: () => copy.remove(),
  };
}

async function commit(copy: WorkingCopy, kind: Kind): Promise<string> {
  if (kind === 'first') await writeFile(join(copy.dir, UNIQUE), `${randomUUID()}\n`);
  else await appendFile(join(copy.dir, SOURCE), `// ${randomUUID()}\n`);
  return copy.commitAndPush(kind);
}
