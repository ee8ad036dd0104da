import type { ExitCode } from './exit-codes.ts';

/** Something that a person has to know: a line of what, a line of what to do. The edge prints it (`run.ts`). */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** What to do now, as a sentence or a command. */
  readonly next: string;
  /** A code for programs: the service's own, where it gave one. */
  readonly code: string;
  /** The service's name for the request, which its operators can look up. */
  readonly requestId: string | null;

  constructor(
    exitCode: ExitCode,
    what: string,
    next: string,
    options: { cause?: unknown; code?: string; requestId?: string | null } = {},
  ) {
    super(what, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = exitCode;
    this.next = next;
    this.code = options.code ?? 'cli';
    this.requestId = options.requestId ?? null;
  }
}
