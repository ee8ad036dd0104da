import type { Step } from '../progress.ts';
import { LineStream } from './lines.ts';
import type { Masker } from './mask.ts';

/** A step's name is its whole instruction. */
const MAX_STEP = 200;

/** What the steps of a build print, side by side, as clean lines without secrets. */
export class StepLog {
  readonly #streams = new Map<string, LineStream>();
  readonly #masker: Masker;
  readonly #emit: (line: string) => void;
  readonly #say: (line: string) => void;

  /** @param say is told once of each secret that a step printed. */
  constructor(masker: Masker, emit: (line: string) => void, say: (line: string) => void) {
    this.#masker = masker;
    this.#emit = emit;
    this.#say = say;
  }

  write(step: Step, bytes: Buffer): void {
    const known = this.#streams.get(step.id);
    const stream = known ?? new LineStream(this.#masker, this.#emit, this.#warnOfSecrets(step.name));
    if (known === undefined) this.#streams.set(step.id, stream);
    stream.write(bytes);
  }

  /** Emits what is left of the last lines. */
  end(): void {
    for (const stream of this.#streams.values()) stream.end();
  }

  /** Whoever runs the step elsewhere would see the value. */
  #warnOfSecrets(step: string): (name: string) => void {
    const told = new Set<string>();
    return (name) => {
      if (told.has(name)) return;
      told.add(name);
      const named = step.length <= MAX_STEP ? step : `${step.slice(0, MAX_STEP)}…`;
      this.#say(`warning: The step ${named} printed the secret ${name}; the log shows it masked.`);
    };
  }
}
