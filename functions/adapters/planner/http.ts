import { Compute, IdTokenClient } from 'google-auth-library';
import { audienceOf, identityHeaders } from '#core/cloud-run.ts';
import { TransientError } from '#core/errors.ts';
import { PlanAnswer, type PlanRequest } from '#core/plan.ts';
import type { Planner } from '#core/ports.ts';

/** The planner gives up after 60 s by itself. */
const PATIENCE_MS = 70_000;

/**
 * The planner at this address, called with an identity token of the function's own account, as Cloud Run asks for
 * it (https://cloud.google.com/run/docs/authenticating/service-to-service). `GCE_METADATA_HOST` names another
 * metadata server.
 */
export function httpPlanner(url: string): Planner {
  const targetAudience = audienceOf(url);
  const client = new IdTokenClient({ targetAudience, idTokenProvider: new Compute() });
  return {
    async plan(request) {
      const answer = await ask(url, client, request);
      if (answer.status !== 200 && answer.status !== 422) {
        const said = (await answer.text()).slice(0, 500);
        const message = `the planner answered ${answer.status}: ${said}`;
        if (answer.status >= 500 || answer.status === 429) throw new TransientError(message);
        throw new Error(message);
      }
      return PlanAnswer.parse(await answer.json());
    },
  };
}

async function ask(url: string, client: IdTokenClient, request: PlanRequest): Promise<Response> {
  try {
    const authorization = (await client.getRequestHeaders()).get('authorization') ?? '';
    const token = authorization.replace(/^Bearer /, '');
    const headers = { 'content-type': 'application/json', ...identityHeaders(token) };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const body = JSON.stringify(request);
    return await fetch(`${url}/v1/plans`, { method: 'POST', headers, body, signal, redirect: 'error' });
  } catch (cause) {
    throw new TransientError('the planner did not answer', { cause });
  }
}
