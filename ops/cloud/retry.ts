import { setTimeout } from 'node:timers/promises';
import { Interrupted } from './problem.ts';

/** Waits so many ms. Tests do not. */
export type Sleep = (ms: number) => Promise<void>;

/** Real time, until somebody interrupts: then it throws Interrupted at once. */
export function sleepUntil(signal: AbortSignal): Sleep {
  return (ms) =>
    setTimeout(ms, undefined, { signal }).catch(() => {
      throw new Interrupted();
    });
}

/**
 * Google's answers that pass by themselves: overload, and what is there but not everywhere yet (an API that was just
 * enabled, an account or a service agent that was just made).
 */
const TRANSIENT = [
  /\b(429|500|502|503|504)\b.*(error|unavailable|backend|exhausted|internal)/i,
  /\b(UNAVAILABLE|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED)\b/,
  /Error (429|500|502|503|504)\b/,
  /connection reset|i\/o timeout|TLS handshake timeout|timed out/i,
  /SERVICE_DISABLED|accessNotConfigured|has not been used in project .* before or it is disabled/,
  /service account .* does not exist/i,
  /service agent .* (does not exist|is being (created|provisioned))/i,
  /may take (some|a few) (time|minutes)|Please (try again|retry) (later|in a few)/i,
  /Error (code 10|409).*(concurrent|aborted)/i,
];

/** Whether what a tool said may be otherwise in a minute. */
export function isTransient(output: string): boolean {
  return TRANSIENT.some((pattern) => pattern.test(output));
}

/** The pauses (ms) between tries: together two and a half minutes, longer than an account takes to be known. */
export const PAUSES = [5_000, 10_000, 20_000, 40_000, 75_000] as const;
