import type { Build } from '#core/build.ts';
import type { BuildRules } from '#core/build-rules.ts';
import { UserError } from '#core/errors.ts';
import { buildIdScheduled } from '#core/ids.ts';
import type { Bus, GitHost, RefLookup, SecretStore, Store } from '#core/ports.ts';
import { type Provisioned, whyNotProvisioned } from '#core/provisioned.ts';
import type { Platform, Repository } from '#core/repository.ts';
import { imagesOfRef, type WantedImage } from '#core/rules.ts';
import {
  dueEntries,
  keyOf,
  type ScheduleBook,
  type ScheduleEntry,
  withPause,
  withRun,
} from '#core/schedules.ts';
import type { Team } from '#core/team.ts';
import { accessOf } from './host-access.ts';
import { configOf, newBuild } from './new-build.ts';
import { resolveTarget } from './resolve-target.ts';
import { runEffects } from './run-effects.ts';
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts';
import { rulesAt } from './take-in-rules.ts';
import { takePlace } from './take-place.ts';

export interface RunSchedulesDeps extends SyncSchedulesDeps {
  readonly store: Pick<Store, 'schedules' | 'repositories' | 'teams' | 'builds' | 'quotas'>;
  readonly bus: Bus;
  readonly refs: RefLookup;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly provisioned: Provisioned;
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
    const run = { ...outcome, due_at, at: deps.now(), reason: outcome.reason?.slice(0, 1000) ?? null };
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
    return none(error.message);
  }
}

async function createDue(
  deps: RunSchedulesDeps,
  repository: Repository,
  entry: ScheduleEntry,
): Promise<Outcome> {
  const team = await deps.store.teams.get(repository.team);
  if (team === null) return none(`the team ${repository.team} is gone`);
  const why = whyNotProvisioned(deps.provisioned, team.registry_prefix);
  if (why !== null) return none(why);
  const head = await headOf(deps, repository, entry.schedule.branch ?? repository.default_branch);
  if (typeof head === 'string') return none(head);
  if (head.isDefault && !(await isStillWanted(deps, repository, entry, head)))
    return none('the schedule is no longer in bitflow.toml');
  const made = await Promise.all(
    head.images.map(async (image) => {
      const build = buildOf(repository, team, entry, head, image);
      const refusal = await takePlace(deps.store, team, build.id, build.created_at);
      if (refusal !== null) return { refusal };
      await deps.store.builds.create(build);
      await runEffects(deps, build);
      return { id: build.id };
    }),
  );
  const reason = made.find(({ refusal }) => refusal !== undefined)?.refusal ?? null;
  return { build_ids: made.flatMap(({ id }) => id ?? []), reason };
}

const none = (reason: string): Outcome => ({ build_ids: [], reason });

/** A branch as it is now, and what its own file has built of it. */
interface Head {
  readonly ref: string;
  readonly isDefault: boolean;
  readonly commitSha: string;
  readonly images: readonly WantedImage[];
  /** What the file says of schedules. */
  readonly schedules: BuildRules['schedules'];
  /** When it was looked at (ms since the epoch). */
  readonly at: number;
}

/** @returns why there is nothing to build there, where that is so. */
async function headOf(
  deps: RunSchedulesDeps,
  repository: Repository,
  branch: string,
): Promise<Head | string> {
  const host = deps.hosts[repository.platform];
  const at = deps.now();
  const ref = `refs/heads/${branch}`;
  const { commitSha } = await resolveTarget({ ...deps, host }, repository, { ref });
  const access = await accessOf(deps.secrets, repository);
  const { rules, file, mistakes } = await rulesAt({ repository, host, access }, commitSha);
  if (mistakes !== null) return mistakes;
  const named = { ref: { kind: 'branch', name: branch } as const, commit_sha: commitSha, at };
  const images = imagesOfRef(named, repository, rules);
  const isDefault = branch === repository.default_branch;
  return { ref, isDefault, commitSha, images, schedules: file?.schedules, at };
}

/** The book may lag behind the file: a push was lost, or overtook another. */
async function isStillWanted(
  deps: RunSchedulesDeps,
  repository: Repository,
  { schedule }: ScheduleEntry,
  { schedules, at }: Head,
): Promise<boolean> {
  const book = await syncSchedules(deps, repository, { schedules, pushed_at: at });
  return book?.entries.some((entry) => keyOf(entry.schedule) === keyOf(schedule)) ?? false;
}

/** It is no newer commit of its branch, so it gives way to none, and no other to it. */
function buildOf(
  repository: Repository,
  team: Team,
  { schedule, due_at }: ScheduleEntry,
  { ref, commitSha, at }: Head,
  { name, tags, builder, root_directory, dockerfile }: WantedImage,
): Build {
  const given = {
    id: buildIdScheduled(repository.connection_id, keyOf(schedule), due_at, name),
    origin: { kind: 'schedule', due_at } as const,
    ref,
    commit_sha: commitSha,
    before_sha: null,
    pushed_at: at,
    image: { registry: null, name, tags: [...tags] },
    requested_builder: builder,
    root_directory,
    config: configOf(repository, { cache: schedule.cache, dockerfile }),
  };
  return newBuild(repository, team, given, at);
}
