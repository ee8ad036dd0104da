import type { Firestore } from '@google-cloud/firestore';
import { buildDocument } from '#adapters/firestore/builds.ts';
import { COLLECTIONS } from '#adapters/firestore/collections.ts';
import { firestoreStore } from '#adapters/firestore/index.ts';
import type { Build, BuildStatus } from '#core/build.ts';
import { HOUR_MS, type HourOfBuilds, hourOf, withBuild } from '#core/build-stats.ts';
import { tokenHash, tokenIdOf } from '#core/ids.ts';
import { aBuild, aTeam } from '#test/support/memory/examples.ts';

export const TOKEN = 'bft_of-the-bench-and-nobody-else';
export const TEAM = 'acme';
const OTHERS = ['beta', 'gamma', 'delta'] as const;

/** What is in the queue, however many builds there were before. */
const QUEUED = 60;
const RUNNING = 4;
/** Few enough that every filter finds more than a page among the last 1,000 builds. */
const REPOSITORIES = 4;
const BRANCHES = 2;
/** How far the builds of the past lie apart. */
const EVERY_MS = 120_000;

/** The n-th build before now; the first ones are what runs and waits, of four teams. */
function nthBefore(now: number, nth: number): Build {
  const at = now - nth * EVERY_MS;
  const status: BuildStatus =
    nth < QUEUED ? 'queued' : nth < QUEUED + RUNNING ? 'running' : nth % 10 === 0 ? 'failed' : 'succeeded';
  const team = [TEAM, ...OTHERS][nth % 4] ?? TEAM;
  const repository = Math.floor(nth / 4) % REPOSITORIES;
  const past = { submitting_at: at + 2000, started_at: at + 3000, finished_at: at + 60_000 };
  return aBuild(`bench ${nth}`, {
    team,
    repository_id: `r-${repository}`,
    ref: `refs/heads/b${Math.floor(nth / 4 / REPOSITORIES) % BRANCHES}`,
    requested_builder: nth % 5 === 0 ? 'dockerfile' : 'nixpacks',
    status,
    order: -nth,
    pushed_at: at,
    created_at: at,
    queued_at: at,
    updated_at: at,
    ...(status === 'queued' ? {} : { attempt: 1, submitting_at: now - 20_000 }),
    ...(nth >= QUEUED + RUNNING && past),
  });
}

/** A build that is in the store. */
export const someBuild = (): string => nthBefore(0, 0).id;

/**
 * Fills an empty store with so many builds, a token of their team, and what was counted of the last day.
 * @param now the time of the last one (ms since the epoch).
 */
export async function fill(firestore: Firestore, builds: number, now: number): Promise<void> {
  const store = firestoreStore(firestore);
  const writer = firestore.bulkWriter({ throttling: false });
  const hours = new Map<string, HourOfBuilds>();
  for (let nth = 0; nth < builds; nth++) {
    const build = nthBefore(now, nth);
    const { uncounted: _, ...document } = { uncounted: true, ...buildDocument(build, null) };
    writer.create(firestore.doc(`${COLLECTIONS.builds}/${build.id}`), document).catch(() => undefined); // counted below
    const id = `${build.team}.${hourOf(build)}`;
    if (build.finished_at !== null && build.finished_at > now - 25 * HOUR_MS)
      hours.set(id, withBuild(hours.get(id) ?? null, build));
    if (nth % 5000 === 4999) await writer.flush();
  }
  for (const [id, hour] of hours) writer.create(firestore.doc(`${COLLECTIONS.hours}/${id}`), hour);
  await writer.close();
  await seedCaller(store, now);
  const { count } = (await firestore.collection(COLLECTIONS.builds).count().get()).data();
  if (count !== builds) throw new Error(`${count} builds are in the store, not ${builds}`);
}

async function seedCaller(store: ReturnType<typeof firestoreStore>, now: number): Promise<void> {
  for (const id of [TEAM, ...OTHERS]) {
    const email = `admin@${id}.test`;
    const admin = { version: 1, team: id, email, role: 'admin', added_by: email, created_at: now } as const;
    await store.teams.create(aTeam({ id }), admin);
  }
  const hash = tokenHash(TOKEN);
  const id = tokenIdOf(hash);
  const never = {
    expires_at: null,
    revoked_at: null,
    last_used_at: now,
    scopes: null,
    parent: null,
    signs_in: false,
  };
  const token = { version: 1, id, hash, team: TEAM, name: 'bench', role: 'viewer', owner: id } as const;
  await store.tokens.create({ ...token, ...never, created_at: now });
}
