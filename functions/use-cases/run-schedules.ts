import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { buildIdScheduled } from '#core/ids.ts';
import type { Bus, GitHost, RefLookup, SecretStore, Store } from '#core/ports.ts';
import type { Platform, Repository } from '#core/repository.ts';
import {
  dueEntries,
  keyOf,
  type ScheduleBook,
  type ScheduleEntry,
  withPause,
  withRun,
} from '#core/schedules.ts';
import type { Team } from '#core/team.ts';
import { configOf, newBuild } from './new-build.ts';
import { resolveTarget, type Target } from './resolve-target.ts';
import { runEffects } from './run-effects.ts';
import type { SyncSchedulesDeps } from './sync-schedules.ts';
import { takePlace } from './take-place.ts';

export interface RunSchedulesDeps extends SyncSchedulesDeps {
  readonly store: Pick<Store, 'schedules' | 'repositories' | 'teams' | 'builds' | 'quotas'>;
  readonly bus: Bus;
  readonly refs: RefLookup;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly secrets: Pick<SecretStore, 'get'>;
}

/** How long a host that did not answer is left alone (ms). */
const PAUSE_MS = 5 * 60_000;

/**
 * Creates the builds that are due in a book, and notes what became of each time. Their ids come from the time, so a
 * death in between makes the same ones again; a time that was missed is made up for once. Throws TransientError where
 * the host is away: then the build stays owed.
 */
export async function runSchedules(deps: RunSchedulesDeps, book: ScheduleBook): Promise<void> {
  const { connection_id } = book;
  const repository = await deps.store.repositories.get(book.repository_id);
  if (repository?.connection_id !== connection_id) {
    await deps.store.schedules.change(connection_id, () => null);
    return;
  }
  for (const entry of dueEntries(book, deps.now())) await runEntry(deps, repository, entry);
}

async function runEntry(deps: RunSchedulesDeps, repository: Repository, entry: ScheduleEntry): Promise<void> {
  const { schedule, due_at } = entry;
  const { schedules } = deps.store;
  try {
    const outcome = await outcomeOf(deps, repository, entry);
    const run = { due_at, at: deps.now(), ...outcome };
    await schedules.change(repository.connection_id, (book) => book && withRun(book, schedule, run));
  } catch (error) {
    const until = deps.now() + PAUSE_MS;
    await schedules.change(repository.connection_id, (book) => book && withPause(book, entry, until));
    throw error;
  }
}

type Outcome = { readonly build_ids: string[]; readonly reason: string | null };

async function outcomeOf(
  deps: RunSchedulesDeps,
  repository: Repository,
  entry: ScheduleEntry,
): Promise<Outcome> {
  try {
    return await createDue(deps, repository, entry);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { build_ids: [], reason: error.message.slice(0, 1000) };
  }
}

async function createDue(
  deps: RunSchedulesDeps,
  repository: Repository,
  entry: ScheduleEntry,
): Promise<Outcome> {
  const team = await deps.store.teams.get(repository.team);
  if (team === null) return { build_ids: [], reason: `the team ${repository.team} is gone` };
  const host = deps.hosts[repository.platform];
  const branch = entry.schedule.branch ?? repository.default_branch;
  const target = await resolveTarget({ ...deps, host }, repository, { ref: `refs/heads/${branch}` });
  const build = buildOf(repository, team, entry, target, deps.now());
  const refusal = await takePlace(deps.store, team, build.id, build.created_at);
  if (refusal !== null) return { build_ids: [], reason: refusal };
  await deps.store.builds.create(build);
  await runEffects(deps, build);
  return { build_ids: [build.id], reason: null };
}

function buildOf(
  repository: Repository,
  team: Team,
  { schedule, due_at }: ScheduleEntry,
  { ref, commitSha, tags }: Target,
  at: number,
): Build {
  const name = repository.image_name;
  const given = {
    id: buildIdScheduled(repository.connection_id, keyOf(schedule), due_at, name),
    origin: { kind: 'schedule', due_at } as const,
    ref,
    commit_sha: commitSha,
    before_sha: null,
    pushed_at: at,
    image: { registry: null, name, tags },
    config: configOf(repository, { cache: schedule.cache }),
  };
  return newBuild(repository, team, given, at);
}
