import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { exchangeToken } from '#core/ids.ts';
import type { Bus, Clock, CloudBuildCreator, Store } from '#core/ports.ts';
import type { Secret } from '#core/secret.ts';
import { runEffects } from './run-effects.ts';

export interface StartDeps {
  readonly store: Pick<Store, 'builds'>;
  readonly bus: Bus;
  readonly cloudBuilds: CloudBuildCreator;
  readonly now: Clock;
  readonly exchangeKey: Secret;
}

/** After doubt: adopt what a predecessor created, else create again. The exchange lets only one of two pass. */
export async function resumeBuild(deps: StartDeps, build: Build): Promise<void> {
  const [existing] = await deps.cloudBuilds.ofAttempt(build.id, build.attempt);
  if (existing) return adopt(deps, build, existing);
  return startBuild(deps, build);
}

/** Creates the Cloud Build of a build that was claimed; one that Cloud Build refuses has failed. */
export async function startBuild(deps: StartDeps, build: Build): Promise<void> {
  const { id: buildId, attempt, trusted, timeout_s: timeoutS, machine_type: machineType } = build;
  const token = exchangeToken(deps.exchangeKey, buildId, attempt);
  try {
    const created = await deps.cloudBuilds.create({
      buildId,
      attempt,
      exchangeToken: token,
      trusted,
      timeoutS,
      machineType,
    });
    await adopt(deps, build, created);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const event = { type: 'submit_refused', at: deps.now(), attempt, message: error.message } as const;
    const { build: refused } = await deps.store.builds.apply(buildId, event);
    await runEffects(deps, refused);
  }
}

async function adopt(deps: StartDeps, build: Build, cloudBuild: { readonly id: string }): Promise<void> {
  const event = { at: deps.now(), attempt: build.attempt, cloud_build_id: cloudBuild.id };
  const { build: submitted } = await deps.store.builds.apply(build.id, {
    type: 'cloud_build_created',
    ...event,
  });
  await runEffects(deps, submitted);
}
