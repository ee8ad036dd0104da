import type { Build } from '#core/build.ts';
import { APPROVAL_TTL_S, type BuildRules } from '#core/build-rules.ts';
import { buildIdOf, concurrencyGroup } from '#core/ids.ts';
import { whyNotProvisioned } from '#core/provisioned.ts';
import type { WantedImage } from '#core/rules.ts';
import type { Team } from '#core/team.ts';
import { configOf, newBuild } from './new-build.ts';
import { runEffects } from './run-effects.ts';
import { type Decision, ignored, type TakeInDeps, type Taken } from './take-in-decision.ts';
import { takePlace } from './take-place.ts';

/** What the images of one push or pull request have in common. */
export interface Asked {
  readonly images: readonly WantedImage[];
  readonly rules: BuildRules;
  /** What a newer commit of makes these give way: a full ref, or `pr:NUMBER`. */
  readonly groupOf: string;
  readonly commit: Pick<Build, 'ref' | 'commit_sha' | 'before_sha' | 'pushed_at'> &
    Partial<Pick<Build, 'pull_request' | 'trusted' | 'expires_at'>>;
  /** What is wrong with the commit's file: then each build has failed before it began. */
  readonly mistakes: string | null;
}

/**
 * Creates the builds of a delivery, one for each image. Their ids come from the delivery: a second time it makes the
 * same ones. Those of strangers wait for approval, and take their place among the team's builds of the day then.
 */
export async function createBuilds(deps: TakeInDeps, taken: Taken, asked: Asked): Promise<Decision> {
  const { repository } = taken;
  const team = await deps.store.teams.get(repository.team);
  if (team === null) return ignored(`the team ${repository.team} is gone`);
  const why = whyNotProvisioned(deps.provisioned, team.registry_prefix);
  if (why !== null) return ignored(why);
  const made = await Promise.all(
    asked.images.map(async (image) => {
      const build = buildOf(taken, team, asked, image, deps.now());
      const refusal = build.trusted ? await takePlace(deps.store, team, build.id, build.created_at) : null;
      if (refusal !== null) return { refusal };
      await deps.store.builds.create(build);
      await runEffects(deps, build);
      return { id: build.id };
    }),
  );
  const build_ids = made.flatMap(({ id }) => id ?? []);
  const refusal = made.find((one) => one.refusal !== undefined)?.refusal ?? null;
  if (build_ids.length === 0 && refusal !== null) return ignored(refusal);
  const waiting = asked.commit.trusted === false ? 'it is from a fork, and waits for approval' : null;
  return { verdict: 'accepted', reason: refusal ?? asked.mistakes ?? waiting, build_ids };
}

function buildOf(
  { delivery, repository }: Taken,
  team: Team,
  { rules, groupOf, commit, mistakes }: Asked,
  image: WantedImage,
  at: number,
): Build {
  const place = { registry: null, name: image.name };
  const given = {
    ...commit,
    id: buildIdOf(delivery.id, image.name),
    origin: { kind: 'delivery', delivery_id: delivery.id } as const,
    image: { ...place, tags: [...image.tags] },
    requested_builder: image.builder,
    root_directory: image.root_directory,
    config: configOf(repository, { dockerfile: image.dockerfile }),
    concurrency: {
      group: concurrencyGroup(repository.connection_id, groupOf, place),
      policy: rules.concurrency ?? 'cancel',
    },
  };
  const build = newBuild(repository, team, given, at);
  if (mistakes !== null) return failedAtOnce(build, mistakes, at);
  return build.trusted ? build : waitingForApproval(build);
}

/** A build that nobody has to run to know what comes of it. */
function failedAtOnce(build: Build, message: string, at: number): Build {
  const error = { code: 'config_invalid', message: message.slice(0, 4000), source: 'service' } as const;
  return { ...build, status: 'failed', error, finished_at: at };
}

/** `submit` has nothing to do before somebody approved. */
function waitingForApproval(build: Build): Build {
  const effects = build.effects.filter(({ kind }) => kind !== 'wake_submit');
  return { ...build, status: 'waiting_approval', queue_ttl_s: APPROVAL_TTL_S, effects };
}
