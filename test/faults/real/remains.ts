import { attemptTag } from '#core/ids.ts';
import { pathIn } from '#core/registry-areas.ts';
import type { State } from '#test/support/memory/state.ts';
import { baseOf, PATHS } from '../functions.ts';
import type { Remains } from '../world.ts';
import type { Run } from './run.ts';
import type { RealStack } from './stack.ts';

/** What a run left behind on the real stack, as the model looks at it: documents, images, Cloud Builds. */
export async function remainsOf(real: RealStack, run: Run, state: State): Promise<Remains> {
  await learnCloudBuilds(real, run);
  const { registry, paths } = real;
  // The model names the areas of the simulated registry.
  const there = (path: string) =>
    path
      .replace(baseOf(PATHS.release), baseOf(paths.release))
      .replace(baseOf(PATHS.staging), baseOf(paths.staging));
  const tags = new Map<string, string | null>();
  const wanted = [...state.builds.values()].flatMap(({ image }) =>
    image.tags.map((tag) => [image.name, tag] as const),
  );
  const put = run.puts.map((line) => splitPut(line));
  for (const [image, tag] of [...wanted, ...put]) {
    const path = pathIn(PATHS.release, image);
    tags.set(`${path}:${tag}`, await registry.digest(there(path), tag));
  }
  return {
    context: { now: Date.now(), broken: (what) => run.broken(what) },
    facts: run.facts,
    state,
    store: real.store,
    registry: {
      puts: run.puts.map((line) => `${baseOf(PATHS.release)}${line}`),
      tag: (path, tag) => tags.get(`${path}:${tag}`) ?? null,
      digest: (path, reference) => registry.digest(there(path), reference),
    },
  };
}

function splitPut(line: string): readonly [string, string] {
  const [image = '', rest = ''] = line.split(':');
  return [image, rest.split('=')[0] ?? ''];
}

/** What Cloud Build and staging know of the Cloud Builds that were seen at the exchange. */
async function learnCloudBuilds({ cloudBuilds, registry, paths, store }: RealStack, run: Run): Promise<void> {
  for (const fact of run.facts.cloudBuilds.values()) {
    const view = await cloudBuilds.get(fact.id);
    const build = await store.builds.get(fact.buildId);
    fact.ended = true;
    fact.succeeded = view?.state === 'succeeded' && view.output !== null;
    if (!fact.passed || build === null) continue;
    // Only who passed the exchange can push under the attempt's own tag.
    fact.pushed = await registry.digest(
      pathIn(paths.staging, build.image.name),
      attemptTag(build.id, fact.attempt),
    );
  }
}
