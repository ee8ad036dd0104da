import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { type BuildResult, Digest } from '#core/build.ts';
import { type Engine, forget } from './adapters/buildkit/engine.ts';
import { run } from './adapters/process.ts';
import { describeIndex } from './adapters/registry.ts';
import { explainBuildkit } from './explain.ts';
import { BuildFailure } from './failure.ts';
import type { ImageFacts } from './image.ts';
import { type Checked, LeakCheck } from './leak/check.ts';
import { anew, buildOptions, type OptionsInput, toLayout, toStaging } from './options.ts';
import { ProgressReader, type Step } from './progress.ts';
import { type Scratch, writeScratch } from './scratch.ts';
import { imageTooLarge } from './too-large.ts';
import type { Workspace } from './workspace.ts';

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

/**
 * Lets BuildKit build a plan and push the image. Where the build has secrets, it is built into a
 * folder first and looked through: only what holds none of them is pushed, by a second call, which finds
 * every step done. Throws `BuildFailure` with the cause.
 */
export async function execute(execution: Execution): Promise<BuildResult> {
  const { plan, grant, workspace, say } = execution;
  const scratch = await writeScratch(plan, grant, workspace);
  const progress = new ProgressReader({ ...execution, onExport: execution.onPush });
  const leaks = new LeakCheck(grant.secrets);
  for (const name of leaks.unsearchable) {
    say(`warning: The secret ${name} is too short or too common a word to be looked for in the image.`);
  }
  const checked = leaks.isNeeded ? await buildAndCheck(execution, scratch, progress, leaks) : null;
  const image = await buildAndPush(execution, scratch, progress, checked);
  if (checked !== null) mustBeSame(image, checked.image);
  const { image_bytes } = grant.limits;
  if (image.size_bytes > image_bytes) throw imageTooLarge(image.size_bytes, image_bytes);
  return { ...image, builder_type: plan.builder };
}

async function buildAndCheck(
  execution: Execution,
  scratch: Scratch,
  progress: ProgressReader,
  leaks: LeakCheck,
): Promise<Checked> {
  const { grant, signal, say } = execution;
  try {
    const digest = await buildctl(execution, scratch, progress, [
      ...anew(execution),
      ...toLayout(execution, scratch),
    ]);
    const imageBytes = grant.limits.image_bytes;
    return await leaks.run({ folder: scratch.layout, digest, imageBytes, signal, say });
  } finally {
    await rm(scratch.layout, { recursive: true, force: true });
  }
}

async function buildAndPush(
  execution: Execution,
  scratch: Scratch,
  progress: ProgressReader,
  checked: Checked | null,
): Promise<ImageFacts> {
  const { grant, insecureRegistries, signal } = execution;
  // What was looked through was done anew already, and is what BuildKit finds now: of several results, the newest.
  const options = [
    ...(checked ? [] : anew(execution)),
    ...toStaging(execution, checked?.cacheIsClean ?? true),
  ];
  const digest = await buildctl(execution, scratch, progress, options);
  const access = { insecure: insecureRegistries, credential: grant.registry.credential, signal };
  return describeIndex(grant.registry.staging, digest, access);
}

/** One `buildctl build`, of which a BuildKit that stays keeps no record. @returns the digest of the image's index. */
async function buildctl(
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
  if (ended.code !== 0) throw explainBuildkit({ ...said, code: ended.code }, plan);
  const metadata: unknown = JSON.parse(await readFile(scratch.metadataFile, 'utf8'));
  return Metadata.parse(metadata)['containerimage.digest'];
}

/** Every step was done when the image was pushed, so it is the one that was looked through: or it is nobody's. */
function mustBeSame(pushed: ImageFacts, checked: ImageFacts): void {
  if (JSON.stringify(pushed.manifests) === JSON.stringify(checked.manifests)) return;
  const message = 'BuildKit pushed another image than the one that was looked through for secrets.';
  throw new BuildFailure('internal', message, { fault: 'transient' });
}
