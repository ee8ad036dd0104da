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
  const url = `http://${metadataHost}/computeMetadata/v1/instance/service-accounts/default/identity?${query}`;
  const answer = await fetch(url, {
    headers: { 'metadata-flavor': 'Google' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    redirect: 'error',
  });
  if (!answer.ok) throw new TransientError(`the metadata server answered ${answer.status}`);
  return new Secret((await answer.text()).trim());
}
