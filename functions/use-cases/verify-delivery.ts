import type { Trust } from '#core/delivery.ts';
import { isFullName } from '#core/git-names.ts';
import { repositoryId, webhookSecret } from '#core/ids.ts';
import type { Clock, HostRequest, HostWebhooks, Store } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { acceptedAt } from '#core/webhook-secrets.ts';

export interface VerifyDeps {
  readonly store: Pick<Store, 'repositories'>;
  readonly now: Clock;
  /** The installation's secrets: good for deliveries about every repository. */
  readonly secrets: readonly Secret[];
  /** What the repositories' own secrets are derived from. */
  readonly webhookKey: Secret;
}

/** Who proved a delivery: the installation for any repository (null), or a repository for itself; null: nobody. */
export type Signer = { readonly repository: Repository | null; readonly trust: Trust } | null;

/**
 * Finds who signed a request. The repository's name is taken from the unverified body only to look its secrets up
 * (one read, or two): what they sign is then about that repository, which the caller has to hold the parsed event against.
 */
export async function signerOf(deps: VerifyDeps, host: HostWebhooks, request: HostRequest): Promise<Signer> {
  const byAll = await host.verify(request, deps.secrets, deps.now());
  if (byAll !== null) return { repository: null, trust: byAll };
  const claimed = host.claimedRepository(request);
  if (claimed === null || !isFullName(claimed.full_name)) return null;
  const id = repositoryId(host.platform, claimed.full_name);
  const { repositories } = deps.store;
  // One that was renamed is known by the host's id of it, until somebody connects it by its new name.
  const { host_id } = claimed;
  const repository =
    (await repositories.get(id)) ??
    (host_id === null ? null : await repositories.withHostId(host.platform, host_id));
  // For one that is not connected a secret is tried as well, which nobody has: the time tells nothing.
  const own =
    repository === null
      ? [webhookSecret(deps.webhookKey, { platform: host.platform, connection_id: id }, 0)]
      : acceptedAt(repository.webhook_secrets, deps.now()).map(({ generation }) =>
          webhookSecret(deps.webhookKey, repository, generation),
        );
  const trust = await host.verify(
    request,
    own.map((secret) => new Secret(secret)),
    deps.now(),
  );
  return trust !== null && repository !== null ? { repository, trust } : null;
}
