import { setTimeout as sleep } from 'node:timers/promises';
import { audienceOf, identityHeaders } from '#core/cloud-run.ts';
import { TransientError } from '#core/errors.ts';
import { ExchangeGrant, type ExchangeRequest } from '#core/exchange.ts';
import type { Secret } from '#core/secret.ts';
import { identityToken } from './adapters/identity.ts';
import type { BuilderEnv } from './env.ts';
import { BuildFailure } from './failure.ts';

/** What became of the exchange: a grant, or the news that this Cloud Build is not to run. */
export type Exchanged =
  | { readonly kind: 'granted'; readonly grant: ExchangeGrant; readonly identity: Secret }
  | { readonly kind: 'not_ours'; readonly why: string };

const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000, 12_000];

/**
 * Redeems the exchange token for all that the build needs. Repeating it is safe for the Cloud Build that is
 * bound. Network errors and 5xx are tried again for about half a minute; a refusal is our bug.
 */
export async function exchange(env: BuilderEnv, signal: AbortSignal): Promise<Exchanged> {
  for (const wait of [...WAITS_MS, null]) {
    try {
      return await exchangeOnce(env, signal);
    } catch (error) {
      const passing = error instanceof TransientError || error instanceof TypeError || isTimeout(error);
      if (!passing || signal.aborted) throw error;
      if (wait === null) {
        const message = 'The build service could not be reached from the build machine.';
        throw new BuildFailure('internal', message, { fault: 'transient', cause: error });
      }
      await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal });
    }
  }
  throw new Error('unreachable');
}

async function exchangeOnce(env: BuilderEnv, signal: AbortSignal): Promise<Exchanged> {
  const audience = audienceOf(env.BITFLOW_EXCHANGE_URL);
  const identity = await identityToken(env.GCE_METADATA_HOST, audience, signal);
  const request: ExchangeRequest = {
    version: 1,
    build_id: env.BITFLOW_BUILD_ID,
    attempt: env.BITFLOW_ATTEMPT,
    token: env.BITFLOW_EXCHANGE_TOKEN.reveal(),
    cloud_build_id: env.CLOUD_BUILD_ID,
  };
  const answer = await fetch(env.BITFLOW_EXCHANGE_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...identityHeaders(identity.reveal()) },
    body: JSON.stringify(request),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  });
  if (answer.status === 200)
    return { kind: 'granted', grant: ExchangeGrant.parse(await answer.json()), identity };
  await answer.body?.cancel();
  if (answer.status === 409) return { kind: 'not_ours', why: 'another Cloud Build has this build' };
  if (answer.status === 410) return { kind: 'not_ours', why: 'the build is over' };
  if (answer.status >= 500 || answer.status === 429) {
    throw new TransientError(`the exchange answered ${answer.status}`);
  }
  throw new BuildFailure('internal', `The exchange refused the builder (HTTP ${answer.status}).`, {
    fault: 'bug',
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
