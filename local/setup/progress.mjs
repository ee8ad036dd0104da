/**
 * @typedef {(line: string) => void} Log takes one finished line
 * @typedef {(what: string) => void} Doing says what is being done now, before it takes its time
 */

/**
 * Says what the set-up does while it does it: in a terminal a running time that is replaced by the finished
 * line, in a pipe (or with a `log` of the caller's) a line before and a line after.
 */
export class Progress {
  #log;
  /** @type {Map<string, {since: number, doing: string}>} */
  #running = new Map();
  #live = false;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {Log} [log] without it, lines go to stdout */
  constructor(log) {
    this.#log = log ?? ((line) => process.stdout.write(`${line}\n`));
    this.#live = log === undefined && process.stdout.isTTY === true;
  }

  /** @param {string} text */
  line(text) {
    this.#clear();
    this.#log(text);
  }

  /**
   * Runs one step and prints its line.
   *
   * @template T
   * @param {string} name the tool, e.g. "nixpacks"
   * @param {(doing: Doing) => Promise<{value: T, say: string}>} work `say` is what the finished line reads
   * @returns {Promise<T>}
   */
  async step(name, work) {
    const since = performance.now();
    const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
    const label = name.padEnd(14);
    this.#running.set(name, { since, doing: '' });
    this.#tick();
    try {
      const { value, say } = await work((doing) => {
        this.#running.set(name, { since, doing });
        if (!this.#live) this.line(`  ${label} ${doing} ...`);
      });
      this.#running.delete(name);
      this.line(`✓ ${label} ${say} (${seconds()})`);
      return value;
    } catch (error) {
      this.#running.delete(name);
      this.line(`✗ ${label} not available (${seconds()})`);
      throw error;
    } finally {
      this.#tick();
    }
  }

  #tick() {
    if (!this.#live) return;
    if (this.#running.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#clear();
      return;
    }
    this.#timer ??= setInterval(() => {
      const parts = [...this.#running].map(([name, { since, doing }]) => {
        const seconds = Math.round((performance.now() - since) / 1000);
        return `${name}${doing ? `: ${doing}` : ''} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
      });
      this.#clear();
      process.stdout.write(`… ${parts.join(' · ')}`.slice(0, (process.stdout.columns ?? 80) - 1));
    }, 500);
  }

  #clear() {
    if (this.#live) process.stdout.write('\r\x1b[K');
  }
}
