import { type LetterFacts, type ReceivedMessage, readLetter, subjectOf } from '#core/dead-letter.ts';
import { deadLetterId, repositoryId } from '#core/ids.ts';
import type { Clock, Created, Store } from '#core/ports.ts';

export interface KeepDeps {
  readonly store: Pick<Store, 'deadLetters' | 'builds' | 'deliveries' | 'repositories'>;
  readonly now: Clock;
}

/** Keeps a message of the topic `dead-letters`, whatever it holds; the same one twice is one letter. */
export async function keepLetter(deps: KeepDeps, message: ReceivedMessage): Promise<Created> {
  const { source, ...facts } = readLetter(message);
  return deps.store.deadLetters.create({
    version: 1,
    id: deadLetterId(source, facts.message_id),
    ...facts,
    ...(await belonging(deps, facts)),
    kept_at: deps.now(),
    replayed_at: null,
    replays: 0,
  });
}

/** The build that a letter names, and whose it is: its team's, or that of the repository of a delivery. */
async function belonging(
  { store }: KeepDeps,
  letter: Pick<LetterFacts, 'data'>,
): Promise<{ build_id: string | null; team: string | null }> {
  const { buildId, deliveryId } = subjectOf(letter);
  const build = buildId === null ? null : await store.builds.get(buildId);
  if (buildId !== null) return { build_id: buildId, team: build?.team ?? null };
  const delivery = deliveryId === null ? null : await store.deliveries.get(deliveryId);
  if (delivery?.event.kind !== 'push') return { build_id: null, team: null };
  const id = repositoryId(delivery.platform, delivery.event.repository);
  return { build_id: null, team: delivery.team ?? (await store.repositories.get(id))?.team ?? null };
}
