import { execa } from 'execa';
import type { WorkingCopy } from '#local/working-copy.ts';

type Files = Readonly<Record<string, string>>;

/**
 * Puts commits on `main`, one after the other, and pushes them all at once: a push for each takes longer than a test
 * has. Each has these files at its top, the last one others.
 * @returns their ids, the first one first.
 */
export async function manyCommits(
  copy: WorkingCopy,
  count: number,
  files: Files,
  last: Files,
): Promise<string[]> {
  const stream = Array.from({ length: count }, (_, nth) => commit(nth, nth === count - 1 ? last : files));
  await execa('git', ['fast-import', '--quiet'], { cwd: copy.dir, input: stream.join('') });
  await copy.git('push', '--quiet', 'origin', 'refs/heads/main');
  return (await copy.git('rev-list', '--reverse', 'refs/heads/main')).split('\n');
}

/** A commit as git fast-import takes it (git-fast-import(1)); each follows the one before. */
function commit(nth: number, files: Files): string {
  const changes = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
  const by = `committer Ada <ada@example.com> ${1_767_225_600 + nth} +0000`;
  return `commit refs/heads/main\n${by}\n${data(`push ${nth}`)}${changes.join('')}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
