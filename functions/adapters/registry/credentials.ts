import { GoogleAuth, Impersonated } from 'google-auth-library';
import { TransientError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';

type Credential = { username: string; password: Secret };

/** Artifact Registry takes an access token as the password of this user. */
const TOKEN_USER = 'oauth2accesstoken';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** The longest that such a token may live (s), and longer than a build may take. */
const LIFETIME_S = 3600;

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
 * Access tokens of other accounts, each good for an hour and for what its account may do. Needs
 * `roles/iam.serviceAccountTokenCreator` on the account. Throws TransientError where none can be had: an account, or
 * the right to it, that was just made is not known everywhere for a while.
 */
export function impersonatedCredentials(
  options: { readonly auth?: GoogleAuth; readonly endpoint?: string } = {},
): (account: string) => Promise<Credential> {
  const { auth = new GoogleAuth({ scopes: [SCOPE] }), endpoint } = options;
  return async (account) => {
    try {
      const sourceClient = await auth.getClient();
      const target = new Impersonated({
        ...{ sourceClient, targetPrincipal: account, targetScopes: [SCOPE], lifetime: LIFETIME_S },
        ...(endpoint !== undefined && { endpoint }),
      });
      const { token } = await target.getAccessToken();
      if (!token) throw new Error('the answer has no token');
      return { username: TOKEN_USER, password: new Secret(token) };
    } catch (cause) {
      throw new TransientError(`there is no token of ${account} to be had`, { cause });
    }
  };
}
