import { EXIT_CODE } from '#core/exit-codes.ts';
import type { Bus } from './adapters/events.ts';
import { basic } from './adapters/git.ts';
import { build } from './build.ts';
import type { MachineEnv } from './env.ts';
import { type BuildFailure, Stopped, toFailure } from './failure.ts';
import type { BuildGrant } from './grant.ts';
import type { Masker } from './log/mask.ts';
import { LogShipper } from './log/shipper.ts';
import { Reporter } from './report.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** 128 + SIGTERM, as a shell has it. */
export const STOPPED = 143;

export interface Run {
  readonly env: MachineEnv;
  readonly bus: Bus;
  readonly masker: Masker;
  /** How much of the log (bytes) the bus takes. */
  readonly logBytes: number;
  /** Aborted by `Stopped`, or by the `BuildFailure` that the build ends with. */
  readonly signal: AbortSignal;
  /** Says what to build; its errors are the build's. */
  readonly grant: (workspace: Workspace, say: (line: string) => void) => Promise<BuildGrant>;
  readonly outputFolder: string | undefined;
  /** What a build that was stopped from outside is told as; null: whoever stopped it knows, nothing is told. */
  readonly stoppedAs: BuildFailure | null;
}

/** Builds, and tells how it goes. Returns the exit code. */
export async function runBuild(run: Run): Promise<number> {
  const { env, bus, masker, signal } = run;
  const log = new LogShipper(masker, (chunk) => bus.log(chunk), run.logBytes);
  const reporter = new Reporter(bus, log);
  const workspace = await makeWorkspace(env);
  try {
    const grant = await run.grant(workspace, (line) => reporter.say(line));
    const result = await build({ env, grant, workspace, reporter, log, signal });
    const { staging, staging_tag } = grant.registry;
    reporter.say(`Pushed ${staging}:${staging_tag}@${result.index_digest}`);
    await reporter.built(result, grant.build.attempt, run.outputFolder);
    console.log(`Built ${result.index_digest}`);
    return 0;
  } catch (thrown) {
    const error = signal.aborted ? signal.reason : thrown;
    const stopped = error instanceof Stopped;
    if (stopped && run.stoppedAs === null) {
      await reporter.stopped();
      return STOPPED;
    }
    const failure = stopped && run.stoppedAs ? run.stoppedAs : toFailure(error);
    reporter.say(`error: ${failure.message}`);
    await reporter.failed(failure);
    console.log(masker.mask(`Failed (${failure.code}): ${failure.message}`));
    if (failure.fault === 'bug') console.error(masker.mask(String((error as Error)?.stack ?? error)));
    return stopped ? STOPPED : EXIT_CODE[failure.fault];
  } finally {
    // the container goes next, and the folder with it: what stays behind concerns a run outside of one
    await workspace.remove().catch((error: unknown) => console.error(`left behind: ${error}`));
  }
}

/** Every value that must not be seen in a log, of what a build was given. */
export function learnSecrets(
  masker: Masker,
  { secrets, clone, registry }: Pick<BuildGrant, 'secrets' | 'clone' | 'registry'>,
): void {
  for (const [name, value] of Object.entries(secrets)) masker.add(name, value);
  for (const [name, credential] of [
    ['clone', clone.credential],
    ['registry', registry.credential],
  ] as const) {
    if (!credential) continue;
    masker.add(`${name} password`, credential.password);
    masker.add(`${name} credential`, basic(credential));
  }
}
