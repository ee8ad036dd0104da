import type { BuildErrorCode } from '#core/build.ts';
import type { Fault } from '#core/events.ts';

/** Why a build ends without an image: a cause from the contract, in the words of the person who pushed. */
export class BuildFailure extends Error {
  override readonly name = 'BuildFailure';
  readonly code: BuildErrorCode;
  readonly fault: Fault;

  constructor(code: BuildErrorCode, message: string, options: { fault?: Fault; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.fault = options.fault ?? 'user';
  }
}

/** The build was stopped from outside (SIGTERM): it is over, and whoever stopped it knows why. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Says of any error what a `failed` report must: what is neither a `BuildFailure` nor known is our bug. */
export function toFailure(error: unknown): BuildFailure {
  if (error instanceof BuildFailure) return error;
  if (isNoSpace(error)) {
    return new BuildFailure('disk_full', DISK_FULL, { fault: 'transient', cause: error });
  }
  const what = error instanceof Error ? error.message : String(error);
  return new BuildFailure('internal', `The builder met an error of its own: ${what}`, {
    fault: 'bug',
    cause: error,
  });
}

export const DISK_FULL = 'The build machine ran out of disk space. A smaller checkout or image may help.';

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
