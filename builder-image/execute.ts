import { rm } from 'node:fs/promises';
import type { BuildResult } from '#core/build.ts';
import { describeIndex } from './adapters/registry.ts';
import { buildctl, type Execution } from './buildctl.ts';
import { BuildFailure } from './failure.ts';
import type { ImageFacts } from './image.ts';
import { type Checked, LeakCheck } from './leak/check.ts';
import { anew, toLayout, toStaging } from './options.ts';
import { ProgressReader } from './progress.ts';
import { type Scratch, writeScratch } from './scratch.ts';
import { imageTooLarge } from './too-large.ts';

/** An execution, and what its calls of buildctl share. */
interface Running {
  readonly execution: Execution;
  readonly scratch: Scratch;
  readonly progress: ProgressReader;
  readonly leaks: LeakCheck;
}

/**
 * Lets BuildKit build a plan and push the image. Where the build has secrets, it is built into a
 * folder first and looked through: only what holds none of them is pushed, by a second call, which finds
 * every step done. Throws `BuildFailure` with the cause.
 */
export async function execute(execution: Execution): Promise<BuildResult> {
  const { plan, grant } = execution;
  const running = await begin(execution);
  const checked = running.leaks.isNeeded ? await buildAndCheck(running, async () => {}) : null;
  const image = await buildAndPush(running, checked);
  if (checked !== null) mustBeSame(image, checked.image);
  const { image_bytes } = grant.limits;
  if (image.size_bytes > image_bytes) throw imageTooLarge(image.size_bytes, image_bytes);
  return { ...image, builder_type: plan.builder, steps: running.progress.steps };
}

/**
 * Lets BuildKit build a plan on this machine: nothing is pushed.
 * @param keep is given the folder with the image's layout (image-spec: image-layout.md), which is gone afterwards; an
 * image that holds a secret never gets there.
 */
export async function executeHere(
  execution: Execution,
  keep: (layout: string) => Promise<void>,
): Promise<BuildResult> {
  const { image } = await buildAndCheck(await begin(execution), keep);
  return { ...image, builder_type: execution.plan.builder };
}

async function begin(execution: Execution): Promise<Running> {
  const { plan, grant, workspace, say } = execution;
  const scratch = await writeScratch(plan, grant, workspace);
  const progress = new ProgressReader({ ...execution, onExport: execution.onPush });
  const leaks = new LeakCheck(grant.secrets);
  for (const name of leaks.unsearchable) {
    say(`warning: The secret ${name} is too short or too common a word to be looked for in the image.`);
  }
  return { execution, scratch, progress, leaks };
}

async function buildAndCheck(running: Running, keep: (layout: string) => Promise<void>): Promise<Checked> {
  const { execution, scratch, progress, leaks } = running;
  const { grant, signal, say } = execution;
  const { layout: folder } = scratch;
  try {
    const options = [...anew(execution), ...toLayout(execution, scratch)];
    const digest = await buildctl(execution, scratch, progress, options);
    const checked = await leaks.run({ folder, digest, imageBytes: grant.limits.image_bytes, signal, say });
    await keep(folder);
    return checked;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function buildAndPush(running: Running, checked: Checked | null): Promise<ImageFacts> {
  const { execution, scratch, progress } = running;
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

/** Every step was done when the image was pushed, so it is the one that was looked through: or it is nobody's. */
function mustBeSame(pushed: ImageFacts, checked: ImageFacts): void {
  if (JSON.stringify(pushed.manifests) === JSON.stringify(checked.manifests)) return;
  const message = 'BuildKit pushed another image than the one that was looked through for secrets.';
  throw new BuildFailure('internal', message, { fault: 'transient' });
}
