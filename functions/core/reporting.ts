import { type Build, type Effect, isTerminal } from './build.ts';
import { applied, type Outcome } from './outcome.ts';

/** Tells the git host how the builds of the commit stand. */
export const REPORT: Effect = { kind: 'report' };

/** How far a build is, as people see it at the git host: in this order. */
export const PROGRESS = ['waiting', 'queued', 'started', 'ended'] as const;
export type Progress = (typeof PROGRESS)[number];

/** How far a build is. One that is submitted again after a fault of ours is queued again. */
export function progressOf({ status, started_at }: Build): Progress {
  if (isTerminal(status)) return 'ended';
  if (status === 'waiting_approval') return 'waiting';
  return status === 'running' || status === 'promoting' || started_at !== null ? 'started' : 'queued';
}

/** An outcome that owes a report too, where people at the git host shall see what it changed. */
export function reporting(before: Build, outcome: Outcome): Outcome {
  if (outcome.kind !== 'applied') return outcome;
  const { build: after } = outcome;
  const further = PROGRESS.indexOf(progressOf(after)) > PROGRESS.indexOf(progressOf(before));
  const clearer = before.error !== null && before.error.source !== after.error?.source;
  return further || clearer ? applied(after, after.updated_at, {}, [REPORT]) : outcome;
}
