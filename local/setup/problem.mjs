/**
 * Something the set-up cannot have. It is a finding for the person at the keyboard, not a bug: the set-up
 * collects all of them and prints what, why and the command that would help.
 */
export class Problem extends Error {
  /**
   * @param {string} what what is missing, e.g. "nixpacks 1.41.0"
   * @param {string} why why it could not be had here
   * @param {string} command what the person can run (or do) to provide it
   * @param {{cause?: unknown}} [options]
   */
  constructor(what, why, command, options) {
    super(`${what}: ${why}`, options);
    this.name = 'Problem';
    this.what = what;
    this.why = why;
    this.command = command;
  }
}

/** Thrown by `setUp` when at least one thing is missing; `problems` has them all. */
export class SetUpFailed extends Error {
  /** @param {Problem[]} problems */
  constructor(problems) {
    super(`the set-up lacks ${problems.map((p) => p.what).join(', ')}`);
    this.name = 'SetUpFailed';
    this.problems = problems;
  }
}
