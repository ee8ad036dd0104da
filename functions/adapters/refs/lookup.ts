import git, { type HttpClient } from 'isomorphic-git';
import { type ClonePolicy, checkCloneUrl } from '#core/clone-url.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { RefLookup } from '#core/ports.ts';
import { refsHttp } from './http.ts';

/**
 * What a ref points to, asked over git's own protocol (version 2, `ls-refs`), so that every host is asked the
 * same way and no host's API is needed for it. A host name that means a private address is refused, and so is one
 * that sends us elsewhere.
 */
export function gitRefLookup(policy: ClonePolicy): RefLookup {
  const http = refsHttp(policy.allow);
  return {
    async resolve(url, refs, credential) {
      const checked = checkCloneUrl(url, policy);
      if ('error' in checked) throw new UserError('refused', `the clone address ${checked.error}`);
      const found = new Map<string, string>();
      for (const ref of refs) {
        const listed = await list(http, checked.ok.href, ref, credential);
        const match = listed.find((entry) => entry.ref === ref);
        if (match) found.set(ref, match.peeled ?? match.oid);
      }
      return found;
    },
  };
}

type Credential = Parameters<RefLookup['resolve']>[2];

async function list(http: HttpClient, url: string, prefix: string, credential: Credential) {
  const auth = credential && { username: credential.username, password: credential.password.reveal() };
  try {
    return await git.listServerRefs({
      http,
      url,
      prefix,
      protocolVersion: 2,
      peelTags: true,
      ...(auth && { onAuth: () => auth, onAuthFailure: () => ({ cancel: true }) }),
    });
  } catch (error) {
    if (error instanceof UserError) throw error;
    const status = statusOf(error);
    if (status !== null && status >= 300 && status < 400) {
      const message =
        'the git host says that the repository is elsewhere: connect it under the name that it has now';
      throw new UserError('refused', message, { cause: error });
    }
    if (status === 404 || status === 401 || status === 403 || isCancelled(error)) {
      const message = 'the git host does not have the repository, or does not let BitFlow read it';
      throw new UserError('refused', message, { cause: error });
    }
    throw new TransientError('the git host did not answer', { cause: error });
  }
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof git.Errors.HttpError)) return null;
  return error.data.statusCode;
}

function isCancelled(error: unknown): boolean {
  return error instanceof git.Errors.UserCanceledError;
}
