import { z } from 'zod';
import { TransientError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';

/**
 * The identity token of the account that this step runs as, from the metadata server.
 * Source: https://cloud.google.com/compute/docs/instances/verifying-instance-identity
 */
export async function identityToken(
  metadataHost: string,
  audience: string,
  signal: AbortSignal,
): Promise<Secret> {
  const query = new URLSearchParams({ audience, format: 'full' });
  const answer = await ask(metadataHost, `identity?${query}`, signal);
  return new Secret((await answer.text()).trim());
}

const AccessToken = z.object({ access_token: z.string().min(1), expires_in: z.number().nonnegative() });

/**
 * An access token of that account, and for how many seconds it is good.
 * Source: https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
 */
export async function accessToken(
  metadataHost: string,
  signal: AbortSignal,
): Promise<{ token: Secret; expiresInS: number }> {
  const answer = await ask(metadataHost, 'token', signal);
  const { access_token, expires_in } = AccessToken.parse(await answer.json());
  return { token: new Secret(access_token), expiresInS: expires_in };
}

async function ask(metadataHost: string, what: string, signal: AbortSignal): Promise<Response> {
  const url = `http://${metadataHost}/computeMetadata/v1/instance/service-accounts/default/${what}`;
  const answer = await fetch(url, {
    headers: { 'metadata-flavor': 'Google' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    redirect: 'error',
  });
  if (!answer.ok) throw new TransientError(`the metadata server answered ${answer.status}`);
  return answer;
}
