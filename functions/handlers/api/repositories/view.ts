import type { z } from '@hono/zod-openapi';
import { iso, isoOrNull } from '#core/api/common.ts';
import type { RepositoryView, SecretView } from '#core/api/repositories.ts';
import { type Repository, secretNames } from '#core/repository.ts';
import { webhookAddress } from '#core/webhook-set-up.ts';

/**
 * A repository as callers see it: without its variables, which may be 64 KiB.
 * @param webhooks the address of the function of that name; null: it is not known here.
 */
export function repositoryView(
  repository: Repository,
  webhooks: string | null,
): z.infer<typeof RepositoryView> {
  return {
    id: repository.id,
    platform: repository.platform,
    full_name: repository.full_name,
    clone_url: repository.clone_url,
    default_branch: repository.default_branch,
    root_directory: repository.root_directory,
    builder_type: repository.builder_type,
    image_name: repository.image_name,
    secret_names: secretNames(repository),
    webhook_secrets: webhookSecretViews(repository),
    webhook_url: webhookAddress(webhooks, repository.platform),
    credential: repository.credential,
    webhook: webhookView(repository),
    rules: repository.rules,
    badge_public: repository.badge_public,
    created_at: iso(repository.created_at),
  };
}

/** How its webhook at the host stands. */
export function webhookView({ webhook }: Repository): z.infer<typeof RepositoryView>['webhook'] {
  const { state, why, set_up_at, heard_at } = webhook;
  return { state, why, set_up_at: isoOrNull(set_up_at), heard_at: isoOrNull(heard_at) };
}

/** What is known of its webhook secrets; never one itself. */
export function webhookSecretViews(
  repository: Repository,
): z.infer<typeof RepositoryView>['webhook_secrets'] {
  return repository.webhook_secrets.map(({ generation, created_at, accepted_until }) => ({
    generation,
    created_at: iso(created_at),
    accepted_until: isoOrNull(accepted_until),
  }));
}

/** What is known of its build secrets, by name; never a value. */
export function secretViews(repository: Repository): z.infer<typeof SecretView>[] {
  return Object.entries(repository.secrets)
    .map(([name, { created_at, updated_at }]) => ({
      name,
      created_at: iso(created_at),
      updated_at: isoOrNull(updated_at),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
