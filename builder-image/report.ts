import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuilderType, BuildResult, Stage } from '#core/build.ts';
import { BuilderOutput, type BuilderReport } from '#core/events.ts';
import type { Bus } from './adapters/events.ts';
import { BuildFailure } from './failure.ts';
import type { LogShipper } from './log/shipper.ts';

const LOG_END_MS = 30_000;
const MAX_MESSAGE = 4000;
const UNTOLD = 'The image is built, but the build service could not be told.';

/** Tells the service how the build goes. The end is told last, when the log and the output are safe. */
export class Reporter {
  readonly #bus: Bus;
  readonly #log: LogShipper;
  readonly #stages: Stage[] = [];
  #builder: BuilderType | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(bus: Bus, log: LogShipper) {
    this.#bus = bus;
    this.#log = log;
  }

  /** The stage that a log line belongs to. */
  get stage(): string {
    return this.#stages.at(-1)?.name ?? 'start';
  }

  /** Begins a stage: the one before is finished. */
  begin(name: Stage['name']): void {
    this.#finishStage();
    this.#stages.push({ name, started_at: Date.now(), finished_at: null });
    this.#progress();
  }

  chose(builder: BuildResult['builder_type']): void {
    this.#builder = builder;
    this.#progress();
  }

  say(text: string): void {
    this.#log.say(this.stage, text);
  }

  /**
   * Sends the rest of the log, writes `$BUILDER_OUTPUT/output`, then tells `built`. Where that cannot be told,
   * the output is enough: Cloud Build keeps it with the build, and the service looks there.
   */
  async built(result: BuildResult, attempt: number, outputFolder: string | undefined): Promise<void> {
    this.#finishStage();
    const stages = this.#stages;
    const last_log_chunk = await this.#closeLog();
    if (outputFolder) {
      await writeOutput(outputFolder, { version: 1, attempt, result, stages, last_log_chunk });
    }
    await this.#tell({ type: 'built', stages, result, last_log_chunk }).catch((cause: unknown) => {
      if (outputFolder) return;
      throw new BuildFailure('internal', UNTOLD, { fault: 'transient', cause });
    });
  }

  /** Sends the rest of the log, then `failed`. Where that cannot be told, the exit code says whose fault it was. */
  async failed(failure: BuildFailure): Promise<void> {
    this.#finishStage();
    const last_log_chunk = await this.#closeLog();
    const { code, fault } = failure;
    const message = this.#log.masker.mask(failure.message).slice(0, MAX_MESSAGE);
    const report = { type: 'failed', stages: this.#stages, code, message, fault, last_log_chunk } as const;
    await this.#tell(report).catch(() => {});
  }

  /** Sends what there is; the build was stopped from outside, which is no result. */
  async stopped(): Promise<void> {
    await this.#closeLog();
  }

  #finishStage(): void {
    const current = this.#stages.at(-1);
    if (current && current.finished_at === null) current.finished_at = Date.now();
  }

  #progress(): void {
    const stages = this.#stages.map((stage) => ({ ...stage }));
    const builder_type = this.#builder === 'auto' ? null : this.#builder;
    // A lost progress event harms nothing: every later one and the result say the same and more.
    const told = this.#bus.report({ type: 'progress', stages, builder_type }).catch(() => {});
    this.#last = Promise.all([this.#last, told]).then(() => {});
  }

  async #tell(report: BuilderReport): Promise<void> {
    await within(this.#bus.patienceMs, Promise.all([this.#last, this.#bus.report(report)]));
  }

  /** The last chunk's number; null also where the log's end got lost, so that no reader waits for it. */
  async #closeLog(): Promise<number | null> {
    return within(LOG_END_MS, this.#log.close()).catch(() => null);
  }
}

/** Cloud Build keeps the first 50 KB of this file with the build; the rename makes it whole or absent. */
async function writeOutput(folder: string, output: BuilderOutput): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'output');
  await writeFile(`${path}.new`, JSON.stringify(BuilderOutput.parse(output)));
  await rename(`${path}.new`, path);
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not confirmed in ${ms} ms`)), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
