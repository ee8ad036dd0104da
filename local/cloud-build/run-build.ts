import path from 'node:path';
import type { z } from 'zod';
import { type BuildDirs, makeBuildDirs, makeWorkingDir, readOutput } from './build-dirs.ts';
import type { BuildStep } from './build-request.ts';
import { runContainer, stackLabel } from './engine.ts';
import type { CloudBuildOptions, Engine, pullSchema, Worker } from './options.ts';
import { type BuildRecord, type BuildStatus, defaultTimeoutMs, type StepState } from './record.ts';

export type RunContext = {
  readonly engine: Engine;
  readonly worker: Worker;
  readonly pull: z.output<typeof pullSchema>;
  readonly containerPrefix: string;
  readonly workDir: string;
  readonly metadataOf: CloudBuildOptions['metadataOf'];
  readonly now: () => Date;
  readonly onLine: (buildId: string, stepIndex: number, line: string) => void;
  readonly onError: (error: unknown) => void;
};

export type Outcome = Pick<BuildRecord, 'status' | 'statusDetail' | 'failureDetail' | 'steps'>;

/** Why a build is stopped from outside; the reason of the signal given to `runBuild`. */
export const cancelled = Symbol('cancelled');
const timedOut = Symbol('timed out');

const runArgs = (
  context: RunContext,
  build: BuildRecord,
  index: number,
  dirs: BuildDirs,
  outputs: string,
  metadata: string | undefined,
) => {
  const { engine, worker } = context;
  const step = build.request.steps[index];
  if (!step) throw new Error(`build ${build.id} has no step ${index}`);
  const mount = (source: string, target: string, readOnly = false) => [
    '--volume',
    `${source}:${target}${readOnly ? ':ro' : ''}`,
  ];
  // The last of two values wins in both engines: a step over the build, the build over the worker.
  const env = [
    ...(metadata === undefined ? [] : [`GCE_METADATA_HOST=${metadata}`]),
    ...Object.entries(worker.env).map(([name, value]) => `${name}=${value}`),
    'HOME=/builder/home',
    ...build.request.options.env,
    ...step.env,
    'BUILDER_OUTPUT=/builder/outputs',
  ];
  return [
    ...['--label', stackLabel(context.containerPrefix), '--label', `bitflow.build=${build.id}`],
    ...['--network', 'host', `--pull=${context.pull}`, ...engine.runArgs, ...worker.extraRunArgs],
    ...(worker.memory === undefined ? [] : ['--memory', worker.memory]),
    ...mount(dirs.workspace, '/workspace'),
    ...mount(dirs.home, '/builder/home'),
    ...mount(outputs, '/builder/outputs'),
    ...worker.mounts.flatMap(({ source, target, readOnly }) => mount(source, target, readOnly)),
    ...['--workdir', path.posix.resolve('/workspace', step.dir)],
    ...env.flatMap((entry) => ['--env', entry]),
    ...(step.entrypoint === '' ? [] : ['--entrypoint', step.entrypoint]),
    ...[step.name, ...step.args],
  ];
};

/** Runs what `work` does with a signal that also aborts after `ms`. */
const withDeadline = async <T>(
  outer: AbortSignal,
  ms: number | null | undefined,
  work: (signal: AbortSignal) => Promise<T>,
) => {
  if (ms == null) return work(outer);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(timedOut), ms);
  try {
    return await work(AbortSignal.any([outer, deadline.signal]));
  } finally {
    clearTimeout(timer);
  }
};

type StepResult = { readonly state: StepState; readonly problem?: string };

const runStep = async (
  context: RunContext,
  build: BuildRecord,
  step: BuildStep,
  index: number,
  dirs: BuildDirs,
  signal: AbortSignal,
): Promise<StepResult> => {
  const outputs = await dirs.outputsOf(index);
  await makeWorkingDir(dirs.workspace, path.posix.resolve('/workspace', step.dir));
  const metadata = await context.metadataOf?.(build.request.serviceAccount.split('/').at(-1) ?? '');
  const startTime = context.now();
  const exit = await withDeadline(signal, step.timeout, (stop) =>
    runContainer(
      context.engine,
      {
        name: `${context.containerPrefix}-${build.id}-${index}`,
        args: runArgs(context, build, index, dirs, outputs, metadata),
        cidFile: dirs.cidFileOf(index),
      },
      stop,
      (line) => context.onLine(build.id, index, line),
    ),
  );
  const ended = (status: BuildStatus, exitCode?: number): StepState => ({
    status,
    startTime,
    endTime: context.now(),
    output: Buffer.alloc(0),
    ...(exitCode === undefined ? {} : { exitCode }),
  });
  switch (exit.kind) {
    case 'not-created':
      return {
        state: ended('FAILURE'),
        problem: `error pulling build step ${index} "${step.name}": ${exit.problem}`,
      };
    case 'stopped':
      // A build that ran out of time leaves its step WORKING, and a step's own timeout fails the build: both as in
      // cloud-build-local, build/build.go, timeAndRunStep.
      if (signal.aborted) return { state: ended(signal.reason === cancelled ? 'CANCELLED' : 'WORKING') };
      return { state: ended('TIMEOUT'), problem: 'context deadline exceeded' };
    case 'exited': {
      if (exit.code === 0) return { state: { ...ended('SUCCESS', 0), output: await readOutput(outputs) } };
      const allowed =
        step.allowExitCodes.length > 0 ? step.allowExitCodes.includes(exit.code) : step.allowFailure;
      const state = { ...ended('FAILURE', exit.code), output: await readOutput(outputs) };
      return allowed ? { state } : { state, problem: `step exited with non-zero status: ${exit.code}` };
    }
  }
};

const runSteps = async (context: RunContext, build: BuildRecord, signal: AbortSignal): Promise<Outcome> => {
  const steps: StepState[] = [...build.steps];
  const dirs = await makeBuildDirs(context.workDir, build.id);
  try {
    for (const [index, step] of build.request.steps.entries()) {
      const { state, problem } = await runStep(context, build, step, index, dirs, signal);
      steps[index] = state;
      if (problem === undefined && signal.aborted) break;
      if (problem === undefined) continue;
      const detail = `Build step failure: build step ${index} "${step.name}" failed: ${problem}`;
      return { status: 'FAILURE', statusDetail: detail, failureDetail: detail, steps };
    }
    if (!signal.aborted) return { status: 'SUCCESS', steps };
    if (signal.reason === cancelled) return { status: 'CANCELLED', steps };
    return { status: 'TIMEOUT', statusDetail: 'context deadline exceeded', steps };
  } finally {
    // Rubbish in the work folder is no reason to call a build failed.
    await dirs.remove().catch(context.onError);
  }
};

/**
 * Runs a build's steps, one after the other, and says how it ended. Never throws: what goes wrong here, not in a
 * step, is INTERNAL_ERROR. No container of the build is left when it returns.
 */
export const runBuild = async (
  context: RunContext,
  build: BuildRecord,
  stop: AbortSignal,
): Promise<Outcome> => {
  try {
    const timeout = build.request.timeout || defaultTimeoutMs;
    return await withDeadline(stop, timeout, (signal) => runSteps(context, build, signal));
  } catch (error) {
    context.onError(error);
    return { status: 'INTERNAL_ERROR', statusDetail: String(error), steps: build.steps };
  }
};
