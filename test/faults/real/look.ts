import type { Firestore } from '@google-cloud/firestore';
import { COLLECTIONS } from '#adapters/firestore/collections.ts';
import { Build } from '#core/build.ts';
import { deliveryId, repositoryId } from '#core/ids.ts';
import { pathIn } from '#core/registry-areas.ts';
import { TagDocument } from '#core/tags.ts';
import { newState, type State } from '#test/support/memory/state.ts';
import { localImage } from '#test/support/stack.ts';
import type { Run } from './run.ts';
import type { RealStack } from './stack.ts';

/** The builds of these repositories, and the tags of their images. */
export function queries(firestore: Firestore, repositories: readonly string[]) {
  return {
    builds: firestore.collection(COLLECTIONS.builds).where('repository', 'in', repositories),
    tags: firestore.collection(COLLECTIONS.tags).where(
      'image',
      'in',
      repositories.map((name) => localImage(name).name),
    ),
  };
}

/** Every document of a run as it is now, in the shape that the model reads. */
export async function documentsOf(
  { firestore, store }: RealStack,
  run: Run,
  repositories: readonly string[],
): Promise<State> {
  const { builds, tags } = queries(firestore, repositories);
  const [foundBuilds, foundTags] = await Promise.all([builds.get(), tags.get()]);
  const state = newState();
  for (const document of foundBuilds.docs) state.builds.set(document.id, Build.parse(document.data()));
  for (const document of foundTags.docs) state.tags.set(document.id, TagDocument.parse(document.data()));
  for (const { eventId, repository } of run.facts.pushes) {
    const id = deliveryId('github', { id: eventId, about: repositoryId('github', repository) });
    const delivery = await store.deliveries.get(id);
    if (delivery !== null) state.deliveries.set(id, delivery);
  }
  return state;
}

/** What is still to be done, by all that can be seen from outside. A tag in doubt stays dirty for a while. */
export async function owed(real: RealStack, run: Run, state: State): Promise<string[]> {
  const documents = [
    ...[...state.builds.values()].flatMap((build) => [
      ...(build.finished_at === null ? [`${build.id} is ${build.status}`] : []),
      ...build.effects.map((effect) => `${build.id} owes ${effect.kind}`),
    ]),
    ...[...state.deliveries.values()]
      .filter(({ verdict }) => verdict === 'received')
      .map(({ id }) => `the delivery ${id} is undecided`),
    ...(run.pending > 0 ? [`${run.pending} things that were begun have not ended`] : []),
  ];
  if (documents.length > 0) return documents;
  const outside = await Promise.all([
    tagsOwed(real, state),
    cloudBuildsOwed(real, state),
    containersOwed(real),
  ]);
  return outside.flat();
}

async function tagsOwed({ registry, paths }: RealStack, state: State): Promise<string[]> {
  const owing = [...state.tags.values()].map(async ({ image, tag, digest, dirty, doubted_at }) => {
    if (dirty && doubted_at === null) return [`the tag ${image}:${tag} is dirty`];
    const found = await registry.digest(pathIn(paths.release, image), tag);
    return found === digest
      ? []
      : [`the registry has ${found} as ${image}:${tag}, its document wants ${digest}`];
  });
  return (await Promise.all(owing)).flat();
}

async function cloudBuildsOwed({ cloudBuilds }: RealStack, state: State): Promise<string[]> {
  const owing = [...state.builds.values()].flatMap(({ id, attempt }) =>
    Array.from({ length: attempt }, async (_, index) => {
      const views = await cloudBuilds.ofAttempt(id, index + 1);
      return views
        .filter((view) => view.state === 'queued' || view.state === 'working')
        .map((view) => `the Cloud Build ${view.id} of ${id} runs`);
    }),
  );
  return (await Promise.all(owing)).flat();
}

async function containersOwed({ containers }: RealStack): Promise<string[]> {
  return (await containers.list()).map((id) => `the container ${id} is still there`);
}
