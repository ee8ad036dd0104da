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

/**
 * Whether a metadata server tells who we are without the header `Metadata-Flavor: Google`. Google's own refuses
 * (https://cloud.google.com/compute/docs/metadata/querying-metadata), and that alone keeps ADD in a Dockerfile from
 * it: BuildKit fetches those addresses itself, from the step's network, but sends no such header. A server that is
 * not there tells nothing.
 */
export async function tellsAnyone(metadataHost: string, signal: AbortSignal): Promise<boolean> {
  for (const version of ['v1', 'v1beta1']) {
    const url = `http://${metadataHost}/computeMetadata/${version}/instance/service-accounts/default/email`;
    try {
      const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
      await answer.body?.cancel();
      if (answer.ok) return true;
    } catch (error) {
      // fetch's word for "could not connect"; a time-out, or our own end, is thrown
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return false;
}
