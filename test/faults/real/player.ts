import type { Schedule } from '../schedule.ts';
import { type Commits, makeCommits } from './git-host.ts';
import { play, type RealVerdict } from './play.ts';
import { type RealStack, startRealStack } from './stack.ts';

/** Plays schedules one after the other on one stack; after a failure on a fresh one. */
export class Player {
  readonly #log: (line: string) => void;
  #real: RealStack | null = null;
  #commits: Commits | null = null;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  async start(): Promise<{ readonly real: RealStack; readonly commits: Commits }> {
    this.#real ??= await startRealStack(this.#log);
    this.#commits ??= await makeCommits();
    return { real: this.#real, commits: this.#commits };
  }

  async play(schedule: Schedule): Promise<RealVerdict> {
    const { real, commits } = await this.start();
    const verdict = await play(real, commits, schedule);
    // What a failed schedule left behind is nobody else's problem.
    if (verdict.violation !== null) await this.#stopStack();
    return verdict;
  }

  async stop(): Promise<void> {
    await this.#stopStack();
    await this.#commits?.copy.remove();
  }

  async #stopStack(): Promise<void> {
    await this.#real?.stop();
    this.#real = null;
  }
}
