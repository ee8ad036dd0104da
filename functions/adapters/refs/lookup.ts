import { lookup } from 'node:dns/promises';
import git from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import { type ClonePolicy, checkCloneUrl, isPrivateAddress } from '#core/clone-url.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { RefLookup } from '#core/ports.ts';

/**
 * What a ref points to, asked over git's own protocol (version 2, `ls-refs`), so that every host is asked the
 * same way and no host's API is needed for it. A host name that means a private address is refused.
 */
export function gitRefLookup(policy: ClonePolicy): RefLookup {
  return {
    async resolve(url, refs, credential) {
      const checked = checkCloneUrl(url, policy);
      if ('error' in checked) throw new UserError('refused', `the clone address ${checked.error}`);
      if (!checked.ok.allowed) await refusePrivate(new URL(checked.ok.href).hostname);
      const found = new Map<string, string>();
      for (const ref of refs) {
        const listed = await list(checked.ok.href, ref, credential);
        const match = listed.find((entry) => entry.ref === ref);
        if (match) found.set(ref, match.peeled ?? match.oid);
      }
      return found;
    },
  };
}

type Credential = Parameters<RefLookup['resolve']>[2];

async function list(url: string, prefix: string, credential: Credential) {
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
    const status = statusOf(error);
    if (status === 404 || status === 401 || status === 403 || isCancelled(error)) {
      const message = 'the git host does not have the repository, or does not let BitFlow read it';
      throw new UserError('refused', message, { cause: error });
    }
    throw new TransientError('the git host did not answer', { cause: error });
  }
}

async function refusePrivate(hostname: string): Promise<void> {
  const addresses = await lookup(hostname, { all: true }).catch((cause: unknown) => {
    throw new TransientError(`the name ${hostname} could not be looked up`, { cause });
  });
  if (addresses.some(({ address }) => isPrivateAddress(address))) {
    throw new UserError('refused', `${hostname} points to a private address`);
  }
}

function statusOf(error: unknown): number | null {
  if (!(error instanceof git.Errors.HttpError)) return null;
  return error.data.statusCode;
}

function isCancelled(error: unknown): boolean {
  return error instanceof git.Errors.UserCanceledError;
}
