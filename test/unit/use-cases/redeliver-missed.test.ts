import { expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { T0 } from '#test/support/memory/examples.ts';
import { memoryHost } from '#test/support/memory/git-host.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { redeliverMissed } from '#use-cases/redeliver-missed.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function hosts(redeliver: (since: number) => Promise<number>) {
  const github = { ...memoryHost('github'), redeliver };
  return { github, gitlab: memoryHost('gitlab'), gitee: memoryHost('gitee') };
}

it('asks a host that has a list for what it missed in three days, every ten minutes', async () => {
  const asked: number[] = [];
  const store = memoryStore();
  const all = hosts(async (since) => asked.push(since));
  const at = (now: number) => redeliverMissed({ store, hosts: all, now: () => now });
  expect(await at(T0)).toBe(1);
  expect(await at(T0 + MINUTE)).toBe(0);
  expect(await at(T0 + 10 * MINUTE)).toBe(2);
  expect(asked).toEqual([T0 - 3 * DAY, T0 + 10 * MINUTE - 3 * DAY]);
});

it('is asked by one of two sweeps', async () => {
  const store = memoryStore();
  let asked = 0;
  const deps = { store, hosts: hosts(async () => ++asked), now: () => T0 };
  await Promise.all([redeliverMissed(deps), redeliverMissed(deps)]);
  expect(asked).toBe(1);
});

it('fails where the host is away, and comes back to it', async () => {
  const store = memoryStore();
  let away = true;
  const all = hosts(async () => {
    if (away) throw new TransientError('GitHub is not reachable');
    return 3;
  });
  const at = (now: number) => redeliverMissed({ store, hosts: all, now: () => now });
  await expect(at(T0)).rejects.toThrow(TransientError);
  away = false;
  expect(await at(T0 + 10 * MINUTE)).toBe(3);
});
