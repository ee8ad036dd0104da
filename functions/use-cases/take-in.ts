import { type Delivery, type HostEvent, repositoryIn } from '#core/delivery.ts';
import { assertNever, TransientError, UserError } from '#core/errors.ts';
import { repositoryId } from '#core/ids.ts';
import type { Repository } from '#core/repository.ts';
import { quote } from '#core/rules.ts';
import { type Decision, ignored, type TakeInDeps, type Taken, taken } from './take-in-decision.ts';
import { decideOnPullRequest } from './take-in-pull-request.ts';
import { decideOnPush } from './take-in-push.ts';
import {
  decideOnAccess,
  decideOnRepository,
  isAnother,
  isNamed,
  noteHeard,
  underAnotherId,
  underAnotherName,
} from './take-in-repository.ts';
import { rerun } from './take-in-rerun.ts';

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
    ...(await decide(deps, delivery, repository).catch((error) => undecidable(error, delivery, deps.now()))),
    team: repository?.team ?? delivery.team,
    repository_id: repository?.id ?? delivery.repository_id,
  };
  const at = deps.now();
  await deps.store.deliveries.decide(id, verdict, at);
  return { ...delivery, ...verdict, decided_at: at };
}

/** The repository that is meant: by its name, by the name that it had, or by what the host knows it by. */
async function repositoryOf(deps: TakeInDeps, delivery: Delivery): Promise<Repository | null> {
  const { platform, event, repository_id: signer } = delivery;
  const { repositories } = deps.store;
  // What a repository's own secret signed is about that one and no other, as long as its team has it: whoever connects
  // it next gets nothing that was signed, or is taken in again, for those who had it before.
  if (signer !== null) {
    const signed = await repositories.get(signer);
    return signed?.team === delivery.team ? signed : null;
  }
  const named = repositoryIn(event);
  if (named === null) return null;
  const earlier = event.kind === 'repository' ? event.from : null;
  const known =
    (await repositories.get(repositoryId(platform, named.full_name))) ??
    (earlier === null ? null : await repositories.get(repositoryId(platform, earlier)));
  if (known !== null || named.host_id === null) return known;
  return repositories.withHostId(platform, named.host_id);
}

async function decide(
  deps: TakeInDeps,
  delivery: Delivery,
  repository: Repository | null,
): Promise<Decision> {
  const { event } = delivery;
  switch (event.kind) {
    case 'ping':
      if (repository !== null) await noteHeard(deps, repository, delivery.received_at);
      return ignored('a ping: the webhook is set up');
    case 'other':
      return ignored(event.why ?? `nothing is built for the event ${quote(event.name)}`);
    case 'access':
      return decideOnAccess(deps, delivery, event);
    case 'repository':
    case 'rerun':
    case 'pull_request':
    case 'push':
      if (repository === null) return ignored(`the repository ${quote(event.repository)} is not connected`);
      if (isAnother(repository, event.host_id)) return underAnotherId(deps, delivery, repository);
      if (event.kind === 'repository') return decideOnRepository(deps, delivery, event, repository);
      if (!isNamed(repository, event.repository))
        return underAnotherName(deps, delivery, repository, event.repository);
      return decideOnCommit(deps, delivery, event, repository);
    default:
      return assertNever(event);
  }
}

/** What is decided about may be built: the webhook works, whatever comes of it. */
async function decideOnCommit(
  deps: TakeInDeps,
  delivery: Delivery,
  event: Extract<HostEvent, { kind: 'push' | 'pull_request' | 'rerun' }>,
  repository: Repository,
): Promise<Decision> {
  const known = await taken(deps, delivery, repository);
  const decision = await decisionOn(deps, known, event);
  await noteHeard(deps, repository, delivery.received_at);
  return decision;
}

function decisionOn(
  deps: TakeInDeps,
  known: Taken,
  event: Extract<HostEvent, { kind: 'push' | 'pull_request' | 'rerun' }>,
): Promise<Decision> {
  if (event.kind === 'push') return decideOnPush(deps, known, event);
  return event.kind === 'pull_request'
    ? decideOnPullRequest(deps, known, event)
    : rerun(deps, known, event.commit_sha);
}

/** How long a host that is away is waited for (ms): until nobody wants the push any more that it had to be asked about. */
const PATIENCE_MS = 3 * 24 * 3_600_000;

/**
 * What a host refuses now it refuses again: that is what the delivery came to. One that stays away is given up, or
 * `sweep`, which looks at the oldest first, would come to no other delivery in the end.
 */
function undecidable(error: unknown, { received_at }: Delivery, now: number): Decision {
  if (error instanceof UserError) return ignored(error.message);
  if (error instanceof TransientError && now - received_at >= PATIENCE_MS)
    return ignored(`the host was away for too long: ${error.message}`);
  throw error;
}
