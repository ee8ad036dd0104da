import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Rates } from '#core/ports.ts';

const WINDOW_S = 60;

/**
 * Limits on how often somebody may ask, counted in this process alone: as many times as there are instances is
 * what all of them let through.
 */
export function memoryRates(perMinute: { requests: number; failures: number }): Rates {
  const requests = new RateLimiterMemory({ points: perMinute.requests, duration: WINDOW_S });
  const failures = new RateLimiterMemory({ points: perMinute.failures, duration: WINDOW_S });
  return {
    request: async (caller) => {
      const { consumedPoints, msBeforeNext } = await requests.penalty(caller);
      return consumedPoints > perMinute.requests ? seconds(msBeforeNext) : null;
    },
    blocked: async (network) => {
      const known = await failures.get(network);
      return known && known.consumedPoints >= perMinute.failures ? seconds(known.msBeforeNext) : null;
    },
    failed: async (network) => {
      await failures.penalty(network);
    },
  };
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
