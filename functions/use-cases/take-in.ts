import { type Delivery, repositoryIn } from '#core/delivery.ts';
import { assertNever, UserError } from '#core/errors.ts';
import { repositoryId } from '#core/ids.ts';
import type { Repository } from '#core/repository.ts';
import { quote } from '#core/rules.ts';
import { type Decision, ignored, type TakeInDeps, taken } from './take-in-decision.ts';
import { decideOnPullRequest } from './take-in-pull-request.ts';
import { decideOnPush } from './take-in-push.ts';

/**
 * Decides what a delivery means and creates its builds. Every step can be repeated: ids come from the
 * delivery, the first verdict stays, so a message that arrives twice, or a death in between, changes nothing.
 * Throws TransientError where the host is away: it is decided when the message comes again.
 */
export async function takeIn(deps: TakeInDeps, id: string): Promise<Delivery | null> {
  const delivery = await deps.store.deliveries.get(id);
  if (delivery === null || delivery.verdict !== 'received') return delivery;
  const repository = await repositoryOf(deps, delivery);
  // Whose it was is kept with it: the repository may have gone to another team when somebody asks.
  const verdict = {
    ...(await decide(deps, delivery, repository).catch(refusedByHost)),
    team: repository?.team ?? null,
    repository_id: repository?.id ?? null,
  };
  const at = deps.now();
  await deps.store.deliveries.decide(id, verdict, at);
  return { ...delivery, ...verdict, decided_at: at };
}

async function repositoryOf(deps: TakeInDeps, { platform, event }: Delivery): Promise<Repository | null> {
  const named = repositoryIn(event);
  return named && deps.store.repositories.get(repositoryId(platform, named.full_name));
}

async function decide(
  deps: TakeInDeps,
  delivery: Delivery,
  repository: Repository | null,
): Promise<Decision> {
  const { event } = delivery;
  switch (event.kind) {
    case 'ping':
      return ignored('a ping: the webhook is set up');
    case 'other':
      return ignored(event.why ?? `nothing is built for the event ${quote(event.name)}`);
    case 'rerun':
    case 'access':
    case 'repository':
      return ignored(`nothing is built for the event ${quote(event.kind)}`);
    case 'pull_request':
    case 'push': {
      if (repository === null) return ignored(`the repository ${quote(event.repository)} is not connected`);
      const known = await taken(deps, delivery, repository);
      return event.kind === 'push'
        ? decideOnPush(deps, known, event)
        : decideOnPullRequest(deps, known, event);
    }
    default:
      return assertNever(event);
  }
}

/** What a host refuses now it refuses again: that is what the delivery came to. */
function refusedByHost(error: unknown): Decision {
  if (error instanceof UserError) return ignored(error.message);
  throw error;
}
