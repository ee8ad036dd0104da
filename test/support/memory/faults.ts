/** When a planned failure strikes: before the effect, or after it (the answer is lost). */
export type When = 'before' | 'after';

/** Failures that a test plans for a stand-in, by the name of its method. */
export class Faults<Method extends string> {
  readonly #planned: { method: Method; when: When; error: Error }[] = [];

  /** The next `times` calls of `method` fail with `error`, before or after their effect. */
  plan(method: Method, when: When, error: Error, times = 1): void {
    for (let index = 0; index < times; index++) this.#planned.push({ method, when, error });
  }

  /** Forgets what was planned: the outside is well again. */
  clear(): void {
    this.#planned.splice(0);
  }

  /** Runs a call of `method`, or what was planned to become of it. */
  async run<T>(method: Method, effect: () => T | Promise<T>): Promise<T> {
    await Promise.resolve();
    const index = this.#planned.findIndex((fault) => fault.method === method);
    const [fault] = index < 0 ? [] : this.#planned.splice(index, 1);
    if (fault?.when === 'before') throw fault.error;
    const result = await effect();
    if (fault?.when === 'after') throw fault.error;
    return result;
  }
}
