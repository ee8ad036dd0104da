import { readdir, readFile } from 'node:fs/promises';

const KIB = 1024;

/**
 * The most memory that each process had at once so far (bytes): VmHWM of Linux's proc(5). What a process started
 * counts with it, by its process group, each with its own peak.
 */
export async function peakMemory(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const groups = await groupsOf();
  const entries = Object.entries(pids).map(async ([name, pid]) => {
    const members = [...groups].filter(([member, group]) => group === pid || member === pid);
    const peaks = await Promise.all(members.map(([member]) => peakOf(member)));
    return [name, peaks.reduce((sum, peak) => sum + peak, 0)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''); // it ended meanwhile
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * KIB;
}

/** Process → its group, of every process there is. */
async function groupsOf(): Promise<Map<number, number>> {
  const groups = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => ''); // it ended meanwhile
    // `pid (name) state ppid pgrp …`; the name may hold anything, also brackets
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    groups.set(Number(name), Number(group));
  }
  return groups;
}
