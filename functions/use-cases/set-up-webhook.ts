import { TransientError, UserError } from '#core/errors.ts';
import { webhookSecret } from '#core/ids.ts';
import type { Clock, HostAccess, RefLookup, SecretStore } from '#core/ports.ts';
import type { ConnectedWebhook, Repository } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { begun, type SetUpFailure, settled, untried, webhookAddress } from '#core/webhook-set-up.ts';
import { accessOf } from './host-access.ts';
import { type RemoveWebhookDeps, removeWebhook } from './remove-webhook.ts';

export interface WebhookDeps extends RemoveWebhookDeps {
  readonly secrets: SecretStore;
  readonly refs: RefLookup;
  readonly now: Clock;
  /** What the repositories' own webhook secrets are derived from. */
  readonly webhookKey: Secret;
  /** The address of the function `webhooks`, as hosts reach it; null: nobody said it. */
  readonly webhooks?: string | null | undefined;
}

/**
 * Makes the webhook of a connected repository at its host, or repairs the one that is there, gives it the newest
 * secret, and has the host try it. Where the host does not let us, or is away, the repository's `webhook` says why:
 * that is no error. Killed at any line, it can be done again.
 * @returns the repository as it is then. Throws UserError('not_found') where it was disconnected meanwhile.
 */
export async function setUpWebhook(deps: WebhookDeps, repository: Repository): Promise<Repository> {
  const { platform, webhook: before } = repository;
  const url = webhookAddress(deps.webhooks ?? null, platform);
  if (url === null) {
    const why = 'the installation was not told where its function `webhooks` is (WEBHOOKS_URL)';
    const told = await noted(deps, repository, (webhook) =>
      settled(webhook, before, { kind: 'manual', why }),
    );
    return stillConnected(told, repository);
  }
  const host = deps.hosts[platform];
  const access = await accessOf(deps.secrets, repository);
  const head = await headOf(deps, repository, access);
  const begin = (webhook: ConnectedWebhook) => begun(webhook, deps.now(), head);
  const known = stillConnected(await noted(deps, repository, begin), repository);
  const secret = new Secret(webhookSecret(deps.webhookKey, known, newest(known)));
  const { hook_id } = known.webhook;
  const outcome = await answerOf(() => host.connect(access, { url, secret, hook_id }));
  const ours = 'hook_id' in outcome ? outcome.hook_id : null;
  const left = await noted(deps, known, (webhook) => settled(webhook, { ...before, hook_id }, outcome));
  // It was disconnected, or somebody else made one, while the host was asked.
  if (ours !== null && left?.webhook.hook_id !== ours) await removeWebhook(deps, known, access, ours);
  const done = stillConnected(left, repository);
  // Whoever rotated the secret meanwhile may have told the host before we did.
  if (newest(done) !== newest(known)) return setUpWebhook(deps, done);
  if (ours === null || (await answerOf(() => host.ping(access, ours))) === true) return done;
  return stillConnected(await noted(deps, done, untried), repository);
}

const newest = ({ webhook_secrets }: Repository): number =>
  Math.max(...webhook_secrets.map(({ generation }) => generation));

/** The commit of the default branch; null where there is none, or nobody says. */
async function headOf(
  { hosts, refs }: WebhookDeps,
  { platform, clone_url, default_branch }: Repository,
  access: HostAccess,
): Promise<string | null> {
  const ref = `refs/heads/${default_branch}`;
  const found = await answerOf(async () =>
    refs.resolve(clone_url, [ref], await hosts[platform].cloneCredential(access)),
  );
  return 'kind' in found ? null : (found.get(ref) ?? null);
}

/** What a host answers, or why it does not. A bug is thrown on. */
async function answerOf<T>(ask: () => Promise<T>): Promise<T | SetUpFailure> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof UserError) return { kind: 'failed', why: error.message, in_doubt: false };
    if (!(error instanceof TransientError)) throw error;
    return { kind: 'failed', why: `the host was away (${error.message}): set it up again`, in_doubt: true };
  }
}

function noted(
  { store }: WebhookDeps,
  repository: Repository,
  decide: (webhook: ConnectedWebhook) => ConnectedWebhook,
): Promise<Repository | null> {
  return store.repositories.change(repository, (known) => ({ ...known, webhook: decide(known.webhook) }));
}

/** What is left of a repository. Throws UserError('not_found') where it was disconnected. */
export function stillConnected(
  known: Repository | null,
  { full_name }: Pick<Repository, 'full_name'>,
): Repository {
  if (known !== null) return known;
  throw new UserError('not_found', `${full_name} is no longer connected`);
}
