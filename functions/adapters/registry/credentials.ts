import { GoogleAuth, Impersonated } from 'google-auth-library';
import { Secret } from '#core/secret.ts';

type Credential = { username: string; password: Secret };

/** Artifact Registry takes an access token as the password of this user. */
const TOKEN_USER = 'oauth2accesstoken';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** A fixed credential, as the local registry and those outside Google Cloud have. */
export const fixedCredential = (username: string, password: Secret) => async (): Promise<Credential> => ({
  username,
  password,
});

/** The function's own account. */
export function ownCredential(): () => Promise<Credential> {
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  return async () => ({ username: TOKEN_USER, password: new Secret((await auth.getAccessToken()) ?? '') });
}

/**
 * An access token of another account, minted for one hour: the one that may write to staging and cache only.
 * Needs `roles/iam.serviceAccountTokenCreator` on that account.
 */
export function impersonatedCredential(account: string): () => Promise<Credential> {
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  return async () => {
    const sourceClient = await auth.getClient();
    const target = new Impersonated({
      sourceClient,
      targetPrincipal: account,
      targetScopes: [SCOPE],
      lifetime: 3600,
    });
    const { token } = await target.getAccessToken();
    return { username: TOKEN_USER, password: new Secret(token ?? '') };
  };
}
