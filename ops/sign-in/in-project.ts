import { GoogleAuth } from 'google-auth-library';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { Secret } from '#core/secret.ts';
import { signInProviders } from './providers.ts';
import { type SignIn, setUpSignIn } from './set-up.ts';

/** Tells a project's Identity Platform, with the person's own credentials. @returns what was done, a line each */
export async function signInOfProject(project: string, wanted: SignIn): Promise<readonly string[]> {
  const client = secretManagerClient(project, undefined);
  try {
    const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
    const token = new Secret((await auth.getAccessToken()) ?? '');
    const providers = signInProviders({ project, endpoint: 'https://identitytoolkit.googleapis.com', token });
    const store = secretManagerStore(client, project);
    const secretOf = (name: string) => store.get(name.slice(name.lastIndexOf('/') + 1));
    return await setUpSignIn({ providers, secretOf }, wanted);
  } finally {
    await client.close();
  }
}
