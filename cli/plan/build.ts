import { startEngine } from '#builder/adapters/buildkit/index.ts';
import type { MachineEnv } from '#builder/env.ts';
import { executeHere } from '#builder/execute.ts';
import { BuildFailure } from '#builder/failure.ts';
import type { BuildGrant } from '#builder/grant.ts';
import { Masker } from '#builder/log/mask.ts';
import { StepLog } from '#builder/log/step-log.ts';
import type { Planned } from '#builder/plan.ts';
import type { Workspace } from '#builder/workspace.ts';
import { MAX_TIMEOUT_S } from '#core/build-config.ts';
import { imageName } from '#core/image-names.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { writeArchive } from './archive.ts';
import { BuildLog } from './build-log.ts';
import type { Local } from './local.ts';
import type { LocalBuildView } from './view.ts';

/** Nobody else pays for what is built here. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

export interface BuildRequest {
  readonly local: Local;
  readonly planned: Planned;
  readonly env: MachineEnv;
  readonly workspace: Workspace;
  /** By name to value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The file to write the image to, by its absolute path. */
  readonly output: string | undefined;
}

/** The values of the build's secrets, from the environment: nobody's list of processes shows them. Throws CliError (2). */
export function readSecrets({ around: { env } }: Cli, names: readonly string[]): Record<string, string> {
  const missing = names.filter((name) => !env[name]);
  if (missing.length === 0) return Object.fromEntries(names.map((name) => [name, env[name] ?? '']));
  const what = `no value here for the build secret ${missing.join(', ')}`;
  throw new CliError(
    EXIT.usage,
    what,
    `Set it in the environment of this command: ${missing[0]}=… bitflow plan --build`,
  );
}

/**
 * Builds what was planned, with the executor of the service: the same options, secrets as mounts, and a look for them
 * in the image. Nothing is pushed. Throws CliError (1) with the explained failure.
 */
export async function buildHere(
  cli: Cli,
  { local, planned, env, workspace, secrets, output }: BuildRequest,
): Promise<LocalBuildView> {
  const { view } = local;
  const grant = grantOf(local, secrets);
  const masker = new Masker();
  for (const [name, value] of Object.entries(secrets)) masker.add(name, value);
  const log = new BuildLog(cli.screen, masker);
  const steps = new StepLog(
    masker,
    (line) => log.line(line),
    (line) => log.say(line),
  );
  const say = (line: string) => log.say(line);
  const { signal } = cli;
  try {
    const engine = await startEngine(env, { build: grant.build, workspace, say, signal });
    try {
      const image = await executeHere(
        {
          ...{ plan: planned.plan, view: planned.view, grant, workspace, engine, signal, say },
          insecureRegistries: env.BITFLOW_INSECURE_REGISTRIES,
          output: (step, bytes) => steps.write(step, bytes),
          onPush: () => undefined,
        },
        async (layout) => {
          if (output === undefined) return;
          await writeArchive(layout, `localhost/${imageName(view.repository)}:latest`, output, signal);
        },
      );
      const { index_digest: digest, size_bytes, manifests } = image;
      const platforms = manifests.map(({ platform }) => platform);
      return { ...view, image: { digest, size_bytes, platforms, file: output ?? null } };
    } finally {
      steps.end();
      // What is built is built; a BuildKit that stays behind ends by itself.
      await engine.stop().catch((error: unknown) => say(`warning: BuildKit was not stopped: ${error}`));
    }
  } catch (error) {
    if (!(error instanceof BuildFailure) || signal.aborted) throw error;
    return { ...view, error: { code: error.code, message: masker.mask(error.message) }, image: null };
  } finally {
    log.end();
  }
}

/** What the exchange would grant a build of this, but for what only a push needs. */
function grantOf({ view, request }: Local, secrets: Readonly<Record<string, string>>): BuildGrant {
  const { repository, config, requested, rootDirectory } = request;
  return {
    build: {
      // Cache mounts are the repository's own, from one build here to the next.
      ...{
        id: `local/${repository}`,
        attempt: 1,
        repository,
        ref: view.ref,
        commit_sha: view.commit_sha ?? '',
      },
      ...{
        root_directory: rootDirectory,
        builder_type: requested,
        trusted: true,
        config,
        timeout_s: MAX_TIMEOUT_S,
      },
    },
    clone: { url: '', credential: null },
    registry: { staging: '', staging_tag: '', cache_from: [], cache_to: null, credential: null },
    secrets,
    limits: { image_bytes: UNLIMITED, log_bytes: UNLIMITED },
  };
}
