import type { Delivery, PushEvent } from '#core/delivery.ts';
import { assertNever } from '#core/errors.ts';
import { buildIdOf, concurrencyGroup, repositoryId } from '#core/ids.ts';
import { pushedAt } from '#core/order.ts';
import type { Bus, Clock, Store, Verdict } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { decidePush } from '#core/rules.ts';
import { newBuild } from './new-build.ts';
import { runEffects } from './run-effects.ts';
import { takePlace } from './take-place.ts';

export interface TakeInDeps {
  readonly store: Pick<Store, 'deliveries' | 'repositories' | 'teams' | 'builds' | 'quotas'>;
  readonly bus: Bus;
  readonly now: Clock;
}

type Decision = Omit<Verdict, 'team' | 'repository_id'>;

/**
 * Decides what a delivery means and creates its builds. Every step can be repeated: ids come from the
 * delivery, the first verdict stays, so a message that arrives twice, or a death in between, changes nothing.
 */
export async function takeIn(deps: TakeInDeps, id: string): Promise<Delivery | null> {
  const delivery = await deps.store.deliveries.get(id);
  if (delivery === null || delivery.verdict !== 'received') return delivery;
  const { event } = delivery;
  const repository =
    event.kind === 'push'
      ? await deps.store.repositories.get(repositoryId(delivery.platform, event.repository))
      : null;
  // Whose it was is kept with it: the repository may have gone to another team when somebody asks.
  const verdict = {
    ...(await decide(deps, delivery, repository)),
    team: repository?.team ?? null,
    repository_id: repository?.id ?? null,
  };
  const at = deps.now();
  await deps.store.deliveries.decide(id, verdict, at);
  return { ...delivery, ...verdict, decided_at: at };
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
      return ignored(event.why ?? `nothing is built for the event ${JSON.stringify(event.name)}`);
    case 'pull_request':
    case 'rerun':
    case 'access':
    case 'repository':
      return ignored(`nothing is built for the event ${JSON.stringify(event.kind)}`);
    case 'push':
      return decideOnPush(deps, delivery, event, repository);
    default:
      return assertNever(event);
  }
}

async function decideOnPush(
  deps: TakeInDeps,
  delivery: Delivery,
  push: PushEvent,
  repository: Repository | null,
): Promise<Decision> {
  if (repository === null)
    return ignored(`the repository ${JSON.stringify(push.repository)} is not connected`);
  const verdict = decidePush(push, repository);
  if (verdict.kind === 'ignore') return ignored(verdict.reason);
  const team = await deps.store.teams.get(repository.team);
  if (team === null) return ignored(`the team ${repository.team} is gone`);
  const made = await Promise.all(
    verdict.images.map(async (image) => {
      const given = {
        id: buildIdOf(delivery.id, image.name),
        origin: { kind: 'delivery', delivery_id: delivery.id } as const,
        ref: push.ref,
        commit_sha: push.commit_sha ?? '',
        before_sha: push.before_sha,
        pushed_at: pushedAt(push.pushed_at, delivery.received_at),
        image: { registry: null, name: image.name, tags: [...image.tags] },
        concurrency: {
          group: concurrencyGroup(repository.connection_id, push.ref, { registry: null, name: image.name }),
          policy: repository.rules.concurrency ?? 'cancel',
        },
      };
      const build = newBuild(repository, team, given, deps.now());
      const refusal = await takePlace(deps.store, team, build.id, build.created_at);
      if (refusal !== null) return { refusal };
      await deps.store.builds.create(build);
      await runEffects(deps, build);
      return { id: build.id };
    }),
  );
  const build_ids = made.flatMap(({ id }) => id ?? []);
  const reason = made.find(({ refusal }) => refusal !== undefined)?.refusal ?? null;
  if (build_ids.length === 0 && reason !== null) return ignored(reason);
  return { verdict: 'accepted', reason, build_ids };
}

function ignored(reason: string): Decision {
  return { verdict: 'ignored', reason, build_ids: [] };
}
