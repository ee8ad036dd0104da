import type { Say } from './command-line.ts';
import { Interrupted, Problem } from './problem.ts';
import { ToolFailed } from './tools.ts';

/** A step that failed: which, why, and what the person can do. */
export interface Failure {
  readonly step: string;
  readonly message: string;
  readonly next: string;
  /** The command that goes on from here. */
  readonly go_on: string;
  readonly interrupted: boolean;
}

/** What a failed step ends the program with. */
export class StepFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.step}: ${failure.message}`, options);
    this.name = 'StepFailed';
    this.failure = failure;
  }
}

/** Runs one step. What it throws becomes a StepFailed that names it, and the command to go on; a bug stays a bug. */
export async function runStep<T>(
  { say, goOn }: { say: Say; goOn: string },
  { name, title }: { readonly name: string; readonly title: string },
  work: () => Promise<T>,
): Promise<T> {
  say(`${name}: ${title}`);
  try {
    return await work();
  } catch (error) {
    const failure = explain(error);
    if (failure === null) throw error;
    throw new StepFailed({ step: name, ...failure, go_on: goOn }, { cause: error });
  }
}

function explain(error: unknown): Pick<Failure, 'message' | 'next' | 'interrupted'> | null {
  if (error instanceof Interrupted)
    return {
      message: 'interrupted',
      next: 'what was done stays done, and is not done again',
      interrupted: true,
    };
  if (error instanceof Problem) return { message: error.message, next: error.next, interrupted: false };
  if (error instanceof ToolFailed)
    return { message: error.message, next: 'see what it says', interrupted: false };
  return null;
}

/** A failure as people read it. */
export function inWords({ step, message, next, go_on }: Failure): string {
  return `\n${step} failed: ${message}\n\nNext: ${next}\nThen: ${go_on}`;
}
