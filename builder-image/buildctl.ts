import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { Digest } from '#core/build.ts';
import { type Engine, forget } from './adapters/buildkit/engine.ts';
import { run } from './adapters/process.ts';
import { explainBuildkit } from './explain.ts';
import { buildOptions, type OptionsInput } from './options.ts';
import type { ProgressReader, Step } from './progress.ts';
import type { Scratch } from './scratch.ts';
import type { Workspace } from './workspace.ts';

/** A plan that is being executed. */
export interface Execution extends OptionsInput {
  readonly workspace: Workspace;
  readonly engine: Engine;
  readonly signal: AbortSignal;
  /** Takes the raw bytes of each step's output. */
  readonly output: (step: Step, bytes: Buffer) => void;
  readonly say: (line: string) => void;
  /** Called once, when the image is built and its push begins. */
  readonly onPush: () => void;
}

const Metadata = z.object({ 'containerimage.digest': Digest });

/** One `buildctl build`, of which a BuildKit that stays keeps no record. @returns the digest of the image's index. */
export async function buildctl(
  execution: Execution,
  scratch: Scratch,
  progress: ProgressReader,
  output: readonly string[],
): Promise<string> {
  const { grant, engine, workspace, say } = execution;
  await rm(scratch.refFile, { force: true });
  try {
    return await runBuildctl(execution, scratch, progress, output);
  } finally {
    if (engine.isShared && Object.keys(grant.secrets).length > 0) {
      const ref = await readFile(scratch.refFile, 'utf8').catch(() => '');
      const gone = ref !== '' && (await forget(engine, ref, workspace));
      if (!gone) say('warning: BuildKit may keep a record of this build, with what its steps printed.');
    }
  }
}

async function runBuildctl(
  execution: Execution,
  scratch: Scratch,
  progress: ProgressReader,
  output: readonly string[],
): Promise<string> {
  const { plan, grant, workspace, engine, signal } = execution;
  const secrets = plan.secrets.map((name, at) => ({ name, variable: `BITFLOW_SECRET_${at}` }));
  const values = secrets.map(({ name, variable }) => [variable, grant.secrets[name] ?? '']);
  const ended = await run({
    file: 'buildctl',
    args: [
      ...['build', '--progress', 'rawjson'],
      ...['--metadata-file', scratch.metadataFile, '--ref-file', scratch.refFile],
      ...buildOptions(execution, scratch),
      ...output,
      ...secrets.flatMap(({ name, variable }) => ['--secret', `id=${name},env=${variable}`]),
    ],
    cwd: workspace.scratch,
    env: {
      ...workspace.env,
      ...Object.fromEntries(values),
      BUILDKIT_HOST: engine.address,
      DOCKER_CONFIG: scratch.docker,
    },
    account: engine.account ?? workspace.account,
    signal,
    onStderr: (bytes) => progress.write(bytes),
  });
  const said = progress.end();
  if (ended.code !== 0) throw explainBuildkit({ ...said, code: ended.code }, plan, grant.build.trusted);
  const metadata: unknown = JSON.parse(await readFile(scratch.metadataFile, 'utf8'));
  return Metadata.parse(metadata)['containerimage.digest'];
}
