/**
 * Something the person at the keyboard must do: what is wrong, and the next step, both as they are to be read.
 * Anything else that is thrown is a bug.
 */
export class Problem extends Error {
  readonly next: string;

  constructor(message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Problem';
    this.next = next;
  }
}

/** Somebody pressed Ctrl-C, or ended us: what ran was told so and has ended. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
