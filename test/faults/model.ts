import { type Build, isTerminal } from '#core/build.ts';
import { deliveryId, repositoryId } from '#core/ids.ts';
import { pathIn } from '#core/registry-areas.ts';
import { readLog } from '#use-cases/read-log.ts';
import type { FactualPush } from './facts.ts';
import { baseOf, PATHS } from './functions.ts';
import type { Remains } from './world.ts';

/** What the host's clock must say for the order of two pushes to be beyond doubt (ms). */
const BEYOND_DOUBT_MS = 2000;
/** When a log counts as read to its end, after the last build. */
const LATER_MS = 3_600_000;

/**
 * What must be true once the world is at rest, stated from what went in and not from how the service works:
 * every accepted push has its build, once; what was built is released and what was cancelled is not; tags
 * follow the pushes; the registry has what the documents say.
 */
export async function atTheEnd(remains: Remains): Promise<void> {
  const builds = [...remains.state.builds.values()];
  deliveriesHaveTheirBuilds(remains, builds);
  ordersFollowThePushes(remains);
  onePassedForEachAttempt(remains);
  supersededByLaterOnes(remains, builds);
  for (const build of builds) {
    endsAsItWent(remains, build);
    await isReleasedOrNot(remains, build);
    await logIsComplete(remains, build);
  }
  tagsFollowTheOrder(remains, builds);
}

/** The tags that a push is to move; null where nothing is to be built. Both repositories build `main`. */
function wantedTags(push: FactualPush): readonly string[] | null {
  if (push.ref === 'refs/heads/main') return [`main-auto-${push.after.slice(0, 7)}`, 'latest'];
  return push.ref === 'refs/tags/v1' ? ['v1'] : null;
}

/** The id of the delivery that a push is told by. */
function deliveryOf({ eventId, repository }: FactualPush): string {
  return deliveryId('github', { id: eventId, about: repositoryId('github', repository) });
}

function buildsOf({ state }: Remains, push: FactualPush): Build[] {
  const id = deliveryOf(push);
  return [...state.builds.values()].filter(
    ({ origin }) => origin.kind === 'delivery' && origin.delivery_id === id,
  );
}

function deliveriesHaveTheirBuilds(remains: Remains, builds: readonly Build[]): void {
  const { context, facts, state } = remains;
  let expected = 0;
  for (const push of facts.pushes) {
    const delivery = state.deliveries.get(deliveryOf(push));
    if (delivery === undefined) {
      if (push.answered) context.broken(`${push.eventId} was accepted, and is gone`);
      continue;
    }
    const tags = wantedTags(push);
    const found = buildsOf(remains, push);
    const [build] = found;
    const count = tags === null ? 0 : 1;
    expected += count;
    if (found.length !== count) context.broken(`${push.eventId} has ${found.length} builds, not ${count}`);
    if (delivery.verdict !== (tags === null ? 'ignored' : 'accepted'))
      context.broken(`${push.eventId} was ${delivery.verdict}`);
    if (JSON.stringify(delivery.build_ids) !== JSON.stringify(found.map(({ id }) => id)))
      context.broken(`${push.eventId} names other builds than it has`);
    if (!build || tags === null) continue;
    if (build.commit_sha !== push.after || build.repository !== push.repository)
      context.broken(`${push.eventId} is built as another commit or repository`);
    if (build.image.tags.join() !== tags.join())
      context.broken(`${push.eventId} has the tags ${build.image.tags.join()}, not ${tags.join()}`);
  }
  const asked = builds.filter(({ origin }) => origin.kind === 'api').length;
  if (asked < facts.asked.length || asked > facts.askedFor)
    context.broken(`${asked} builds were asked for, ${facts.asked.length} of ${facts.askedFor} were granted`);
  for (const { id, commit } of facts.asked)
    if (state.builds.get(id)?.commit_sha !== commit) context.broken(`${id} was granted, and is gone`);
  if (builds.length !== expected + asked) context.broken('there are builds that nobody wanted');
}

/**
 * Places follow the pushes where the host's clock leaves no doubt. Not demanded where commits come back and
 * deliveries overtake each other, both at once: then git's chain can mislead (docs/decisions/0002).
 */
function ordersFollowThePushes(remains: Remains): void {
  const { context, facts } = remains;
  for (const pushes of Map.groupBy(facts.pushes, ({ repository, ref }) => `${repository} ${ref}`).values()) {
    const placed = pushes.flatMap((push) => {
      const [build] = buildsOf(remains, push);
      return build?.order == null ? [] : [{ push, build, order: build.order }];
    });
    const sequence = placed.map(({ build }) => facts.placed.indexOf(build.id));
    const inTurn = sequence.every((at, index) => index === 0 || at > (sequence[index - 1] ?? 0));
    const comesBack = new Set(pushes.map(({ after }) => after)).size < pushes.length;
    if (comesBack && !inTurn) continue;
    for (const [index, earlier] of placed.entries()) {
      for (const later of placed.slice(index + 1)) {
        if (later.push.at - earlier.push.at < BEYOND_DOUBT_MS || earlier.order < later.order) continue;
        const names = `${earlier.push.eventId} came before ${later.push.eventId}`;
        context.broken(`${names}, and its place is behind it`);
      }
    }
  }
}

/** What was superseded was so by a later push of its group, and never by one that had itself no right to. */
function supersededByLaterOnes({ context, state }: Remains, builds: readonly Build[]): void {
  for (const { id, concurrency, order, reason, superseded_by } of builds) {
    if (reason !== 'superseded') continue;
    const by = state.builds.get(superseded_by ?? '');
    const isLater = order !== null && (by?.order ?? order) > order;
    if (!isLater || by?.concurrency?.group !== concurrency?.group || by?.concurrency?.policy !== 'cancel')
      context.broken(`${id} (${order}) was superseded by ${superseded_by} (${by?.order})`);
  }
}

function onePassedForEachAttempt({ context, facts }: Remains): void {
  const passed = new Map<string, string>();
  for (const { id, buildId, attempt } of [...facts.cloudBuilds.values()].filter((fact) => fact.passed)) {
    const key = `${buildId} attempt ${attempt}`;
    const other = passed.get(key);
    if (other !== undefined) context.broken(`${other} and ${id} passed the exchange for ${key}`);
    passed.set(key, id);
  }
}

/** What the builder of the last attempt did, and what the build came to, must agree. */
function endsAsItWent({ context, facts }: Remains, build: Build): void {
  const { id, status, error } = build;
  if (!isTerminal(status)) context.broken(`${id} is ${status} for ever`);
  if (facts.cancelled.has(id) && status !== 'cancelled')
    context.broken(`the cancel of ${id} was granted, and it is ${status}`);
  const fact = build.bound ? facts.cloudBuilds.get(build.cloud_build_id ?? '') : undefined;
  if (status === 'succeeded') {
    if (!fact?.passed) context.broken(`${id} succeeded by a Cloud Build that did not pass the exchange`);
    if (!fact?.pushed || fact.pushed !== build.result?.index_digest)
      context.broken(`${id} succeeded with an image that its builder did not push`);
  }
  if (fact?.succeeded && status !== 'succeeded' && status !== 'cancelled') {
    const why = error?.code ?? 'none';
    if (why !== 'promotion_failed' && why !== 'digest_mismatch')
      context.broken(`the builder of ${id} pushed and ended well, and the build is ${status} (${why})`);
  }
  if (fact?.failed && fact.heard && status === 'failed' && error?.source === 'cloud_build')
    context.broken(`the builder of ${id} said why it failed, and its build says something vaguer`);
}

/** What is in the release repository: the images of succeeded builds; never one of a cancelled build. */
async function isReleasedOrNot({ context, facts, registry, state }: Remains, build: Build): Promise<void> {
  const release = pathIn(PATHS.release, build.image.name);
  for (const { buildId, pushed } of facts.cloudBuilds.values()) {
    if (buildId !== build.id || pushed === null) continue;
    const there = (await registry.digest(release, pushed)) !== null;
    if (build.status === 'succeeded' && build.result?.index_digest === pushed && !there)
      context.broken(`${build.id} succeeded, and its image is not in the release repository`);
    const others = [...state.builds.values()].some(
      ({ id, result, image }) =>
        id !== build.id && image.name === build.image.name && result?.index_digest === pushed,
    );
    if (build.status !== 'succeeded' && build.status !== 'failed' && there && !others)
      context.broken(`${build.id} is ${build.status}, and its image is in the release repository`);
  }
}

/** Each tag is the one of the succeeded build with the highest place, in the registry and in its document. */
function tagsFollowTheOrder({ context, registry, state }: Remains, builds: readonly Build[]): void {
  const put = registry.puts.map((line) => line.slice(baseOf(PATHS.release).length, line.indexOf('=')));
  const documents = [...state.tags.values()].map(({ image, tag }) => `${image}:${tag}`);
  const wanted = builds.flatMap(({ image }) => image.tags.map((tag) => `${image.name}:${tag}`));
  for (const name of new Set([...put, ...documents, ...wanted])) {
    const [image = '', tag = ''] = name.split(':');
    const wanting = builds.filter((build) => build.image.name === image && build.image.tags.includes(tag));
    const [best] = wanting
      .filter(({ status }) => status === 'succeeded')
      .toSorted((a, b) => (b.order ?? 0) - (a.order ?? 0) || b.created_at - a.created_at);
    const digest = best?.result?.index_digest ?? null;
    const document = [...state.tags.values()].find((one) => one.image === image && one.tag === tag);
    if ((document?.digest ?? null) !== digest)
      context.broken(`the document of ${name} wants ${document?.digest}, its last build made ${digest}`);
    if (registry.tag(pathIn(PATHS.release, image), tag) !== digest)
      context.broken(
        `the registry has ${registry.tag(pathIn(PATHS.release, image), tag)} as ${name}, its last build made ${digest}`,
      );
  }
}

/** A log can be read to its end, in order, whatever got lost of it. */
async function logIsComplete({ context, store }: Remains, build: Build): Promise<void> {
  const deps = { store, now: () => context.now + LATER_MS };
  let cursor: string | null = null;
  let last = -1;
  let attempt = '';
  for (let page = 0; page < 20; page++) {
    const read = await readLog(deps, build, cursor, 0);
    for (const { seq, stage } of read.lines) {
      if (stage === 'bitflow') continue;
      const of = (cursor ?? '').split('.')[0] ?? '';
      if (seq <= last && of === attempt) context.broken(`the log of ${build.id} repeats line ${seq}`);
      [last, attempt] = [seq, of];
    }
    if (read.complete) return;
    cursor = read.next_cursor;
  }
  context.broken(`the log of ${build.id} has no end`);
}
