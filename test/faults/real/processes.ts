import type { Stack } from '#local/stack.ts';
import type { FunctionName } from '../schedule.ts';
import { AWAY_MS } from './limits.ts';
import type { Run } from './run.ts';

/** The processes of the functions: killed, brought back, stopped where they stand. Of `submit` there are two. */
export class FunctionProcesses {
  readonly #stack: Stack;
  readonly #doing = new Map<string, Promise<void>>();
  readonly #down = new Set<string>();
  #second = { name: 'submit-2', url: '' };
  #turn = 0;
  /** Whether the second submitter gets messages. */
  both = false;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async start(): Promise<void> {
    this.#second = { name: 'submit-2', url: await this.#stack.startAnother('submit') };
  }

  /** Where the next message for a function goes, where it is not its only address. */
  target(name: string): string | null {
    if (name !== 'submit' || !this.both) return null;
    this.#turn += 1;
    return this.#turn % 2 === 0 ? new URL(this.#second.url).host : null;
  }

  #names(name: FunctionName): string[] {
    return name === 'submit' && this.both ? [name, this.#second.name] : [name];
  }

  /** Ends a function's processes where they are, and brings them back a moment later. */
  async kill(run: Run, name: FunctionName): Promise<void> {
    if (this.#down.has(name)) return;
    run.note(name, 'dies');
    await this.#after(run, name, async () => {
      this.#down.add(name);
      await Promise.all(this.#names(name).map((process) => this.#stack.kill(process)));
      await run.wait(AWAY_MS);
      await this.#stack.restart(name);
      if (name === 'submit' && this.both) {
        const number = Number(this.#second.name.split('-')[1]) + 1;
        this.#second = { name: `submit-${number}`, url: await this.#stack.startAnother('submit') };
      }
      this.#down.delete(name);
    });
    run.note(name, 'is back');
  }

  /** Stops a function's processes where they stand, for so long. */
  async pause(run: Run, name: FunctionName, ms: number): Promise<void> {
    await this.#after(run, name, async () => {
      run.note(name, `stands still for ${ms} ms`);
      for (const process of this.#names(name)) this.#stack.pause(process);
      await run.wait(ms);
      for (const process of this.#names(name)) this.#stack.resume(process);
      run.note(name, 'goes on');
    });
  }

  /** One thing after the other for each function. Where the stack itself does not do it, no schedule can be played. */
  #after(run: Run, name: string, work: () => Promise<void>): Promise<void> {
    const before = this.#doing.get(name) ?? Promise.resolve();
    const done = before.then(work).catch((error: unknown) => {
      run.broken(
        `the stack failed, not the service: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    this.#doing.set(name, done);
    return done;
  }
}
