import { TransientError, UserError } from '#core/errors.ts';
import { brief } from './brief.ts';
import type { Context } from './context.ts';
import type { FunctionName } from './schedule.ts';

/** A process: it may die, and then nothing of it goes on, not even a `finally`. */
export class Process {
  readonly name: string;
  readonly role: FunctionName | 'builder';
  alive = true;
  /** Until when it stands still (ms since the epoch). */
  pausedUntil = 0;
  readonly #mourners = new Set<() => void>();

  constructor(name: string, role: FunctionName | 'builder') {
    this.name = name;
    this.role = role;
  }

  /** Calls back when the process dies. @returns what takes that back. */
  onDeath(mourner: () => void): () => void {
    this.#mourners.add(mourner);
    return () => this.#mourners.delete(mourner);
  }

  die(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const mourner of this.#mourners) mourner();
    this.#mourners.clear();
  }
}

const OFTEN_MS = [2, 60] as const;
const SELDOM_MS = [500, 9000] as const;
const SELDOM = 0.04;

/** A call that takes its time through the network, with what the schedule has in store for it. */
export class Network {
  readonly #context: Context;
  /** Digests that the registry does not take. */
  readonly #refused = new Set<unknown>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** A port as a process sees it: every call of a method goes through the network. */
  through<T extends object>(process: Process, name: string, port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) =>
          this.call(process, `${name}.${String(key)}`, args, () => Reflect.apply(method, target, args));
      },
    });
  }

  /** One call. The promise never settles where the process is dead by then: nothing of it goes on. */
  call<T>(
    process: Process,
    port: string,
    args: readonly unknown[],
    effect: () => T | Promise<T>,
  ): Promise<T> {
    const context = this.#context;
    return new Promise<T>((resolve, reject) => {
      if (!process.alive) return;
      const fault = context.callFault(process.role, port);
      const fate = fault?.fate ?? 'ok';
      const ms = fault?.ms ?? 0;
      const note = (outcome: string) =>
        context.traced && context.note(process.name, `${port}(${brief(args)})`, outcome);
      const answer = (run: () => void, wait = 0) =>
        this.#whenAwake(process, () =>
          wait > 0 ? this.#in(wait, () => this.#whenAwake(process, run)) : run(),
        );
      const fail = (error: Error) => answer(() => reject(error));
      const act = async (then: (value: T) => void) => {
        try {
          const value = await effect();
          note(`${fate === 'ok' ? '' : `${fate}: `}${context.traced ? brief([value]) : ''}`);
          then(value);
        } catch (error) {
          note(`${fate === 'ok' ? '' : `${fate}: `}${String(error)}`);
          answer(() => reject(error));
        }
      };
      const arrive = () => {
        if (this.#isRefused(port, args, fate)) {
          note('refused');
          return fail(new UserError('refused', `injected: ${port} is refused`));
        }
        switch (fate) {
          case 'refused':
          case 'error_before':
            note(fate);
            return fail(new TransientError(`injected: ${port} is away`));
          case 'effect_late':
            note(`no answer; the effect comes ${ms} ms later`);
            this.#in(ms, () => void act(() => {}));
            return fail(new TransientError(`injected: ${port} took too long`));
          case 'death_before':
            note(fate);
            return process.die();
          case 'death_after':
            return void act(() => process.die());
          case 'error_after':
            return void act(() => fail(new TransientError(`injected: the answer of ${port} is lost`)));
          case 'stall_after':
            return void act((value) => answer(() => resolve(value), ms));
          case 'twice':
            return void act(() => void act((value) => answer(() => resolve(value))));
          default:
            return void act((value) => answer(() => resolve(value)));
        }
      };
      this.#whenAwake(process, () =>
        this.#in(this.#latency(port) + (fate === 'stall_before' ? ms : 0), arrive),
      );
    });
  }

  /** An image that was refused once stays refused: what is wrong with it does not pass. */
  #isRefused(port: string, args: readonly unknown[], fate: string): boolean {
    if (port === 'cloudBuilds.create') return fate === 'refused';
    if (port !== 'registry.copy') return false;
    const [, digest] = args;
    if (fate === 'refused') this.#refused.add(digest);
    return this.#refused.has(digest);
  }

  #latency(port: string): number {
    const [least, most] = this.#context.luck('slow') < SELDOM ? SELDOM_MS : OFTEN_MS;
    return this.#context.duration(port, least, most);
  }

  #in(ms: number, run: () => void): void {
    this.#context.timeline.in(ms, run);
  }

  /** Runs a piece of a process: at once, after its pause, or never. */
  #whenAwake(process: Process, run: () => void): void {
    if (!process.alive) return;
    const left = process.pausedUntil - this.#context.now;
    if (left > 0) this.#in(left, () => this.#whenAwake(process, run));
    else run();
  }
}
