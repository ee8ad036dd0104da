import { inspect } from 'node:util';

/**
 * A value that cannot be printed by accident: string conversion, JSON, template literals and
 * `console.log` all give `[secret]`. `reveal()` is the one way to the value, so that every use is found
 * by searching for it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: only for handing it to the command or request that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
