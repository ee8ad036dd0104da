import { RateLimiterMemory } from 'rate-limiter-flexible';
import { POLL_INTERVAL_S } from '#core/device-grant.ts';
import type { Rates } from '#core/ports.ts';

const WINDOW_S = 60;
/** What a request may be early, for having been quicker on its way than the one before it (s). */
const EARLY_S = 1;
/** Terminals of one network that begin to sign in, a minute: each makes a document. */
const SIGN_INS = 30;

/**
 * Limits on how often somebody may ask, counted in this process alone: as many times as there are instances is
 * what all of them let through.
 */
export function memoryRates(perMinute: { requests: number; failures: number; signIns?: number }): Rates {
  const { requests: points, failures: most, signIns: begun = SIGN_INS } = perMinute;
  const requests = new RateLimiterMemory({ points, duration: WINDOW_S });
  const failures = new RateLimiterMemory({ points: most, duration: WINDOW_S });
  const signIns = new RateLimiterMemory({ points: begun, duration: WINDOW_S });
  const polls = new RateLimiterMemory({ points: 1, duration: POLL_INTERVAL_S - EARLY_S });
  const wait = async (limiter: RateLimiterMemory, key: string) => {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
    return consumedPoints > limiter.points ? seconds(msBeforeNext) : null;
  };
  return {
    request: (caller) => wait(requests, caller),
    blocked: async (network) => {
      const known = await failures.get(network);
      return known && known.consumedPoints >= most ? seconds(known.msBeforeNext) : null;
    },
    failed: async (network) => {
      await failures.penalty(network);
    },
    signIn: (network) => wait(signIns, network),
    polledTooSoon: async (terminal) => (await wait(polls, terminal)) !== null,
  };
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
