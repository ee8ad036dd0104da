import type { BuildStatus } from '#core/build.ts';

/** What the command's exit code says. Of a build that was waited for it is the build's state, never the stream's. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  unreachable: 5,
  cancelled: 6,
  waitingApproval: 7,
  timedOut: 124,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, as `bitflow help exit-codes` and docs/cli.md say it. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'it worked; of a build: it succeeded',
  1: 'it failed; of a build: it failed',
  2: 'the command line, or what it asks for, is not as it should be',
  3: 'not signed in, or not allowed',
  4: 'not found',
  5: 'the service cannot be reached, or is not well',
  6: 'the build was cancelled, or a later push superseded it',
  7: 'the build waits for an approval',
  124: 'the build timed out, or expired in the queue',
  130: 'interrupted; the build goes on',
};

const OF_STATUS = {
  succeeded: EXIT.ok,
  failed: EXIT.failed,
  cancelled: EXIT.cancelled,
  timed_out: EXIT.timedOut,
  expired: EXIT.timedOut,
  waiting_approval: EXIT.waitingApproval,
} as const satisfies Partial<Record<BuildStatus, ExitCode>>;

/** The code of a build that is waited for no longer; null: there is more to wait for. */
export function exitCodeOf(status: BuildStatus): ExitCode | null {
  return status in OF_STATUS ? OF_STATUS[status as keyof typeof OF_STATUS] : null;
}
