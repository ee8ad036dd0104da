import type { Build } from '#core/build.ts';
import { summarize } from '#core/build-stats.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus, Store } from '#core/ports.ts';
import { secretId } from '#core/repository.ts';
import { memoryBus } from '#test/support/memory/bus.ts';
import { aTeam, digestOf } from '#test/support/memory/examples.ts';
import { storeOn } from '#test/support/memory/index.ts';
import { type MemoryRegistry, memoryRegistry } from '#test/support/memory/registry.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';
import { newState, type State } from '#test/support/memory/state.ts';
import { build } from './builder.ts';
import { SimulatedCloudBuild } from './cloud-build.ts';
import { Context, type Step } from './context.ts';
import { type Facts, noFacts } from './facts.ts';
import { Functions, type Ports } from './functions.ts';
import { commitId, REPOSITORIES, SimulatedGitHost } from './git-host.ts';
import { atTheEnd } from './model.ts';
import { Network } from './ports.ts';
import { SimulatedPubSub } from './pubsub.ts';
import { theHostKnows } from './reports.ts';
import type { Action, Schedule } from './schedule.ts';
import { Watch } from './watch.ts';

const ENDED = ['succeeded', 'failed', 'cancelled', 'timed_out', 'expired'] as const;
const SWEEP_EVERY_MS = 60_000;
/** How long a world may take to come to rest once faults have stopped. */
const REST_WITHIN_MS = 6 * 3_600_000;

/** Everything that a world keeps, simulated or real, for the model to look at. */
export interface Remains {
  readonly context: Pick<Context, 'now' | 'broken'>;
  readonly facts: Facts;
  readonly state: State;
  readonly store: Store;
  readonly registry: Pick<MemoryRegistry, 'digest' | 'puts' | 'tag'>;
}

/** Breaks the service on purpose, from outside: by other ports than the schedule's world would have. */
export type Mutant = (ports: Ports, state: State) => Ports;

/** What became of a run. */
export interface Verdict {
  /** The first invariant that did not hold; null where all did. */
  readonly violation: string | null;
  readonly counts: ReadonlyMap<string, number>;
  readonly steps: readonly Step[];
}

/** Plays a schedule in memory, until the world is at rest. */
export async function play(
  schedule: Schedule,
  options: { readonly traced?: boolean; readonly mutant?: Mutant } = {},
): Promise<Verdict> {
  const context = new Context(schedule, options.traced ?? false);
  const world = await makeWorld(context, options.mutant ?? ((ports) => ports));
  for (const action of schedule.actions) context.timeline.in(action.at, () => world.act(action));
  world.sweepLater();
  while (context.violation === null && !world.atRest() && (await context.timeline.step())) world.watch.look();
  if (context.violation === null) {
    await atTheEnd(world.remains);
    eachIsCountedOnce(world.remains);
    theHostKnows(world.remains);
  }
  tally(context, world.remains);
  return { violation: context.violation, counts: context.counts, steps: context.steps };
}

async function makeWorld(context: Context, mutant: Mutant) {
  const facts = noFacts();
  const state = newState();
  for (const { team } of REPOSITORIES) state.teams.set(team, aTeam({ id: team }));
  const registry = memoryRegistry();
  const network = new Network(context);
  const pubsub = new SimulatedPubSub(context, async (to, message) => {
    const taken = await functions.receive(to, message);
    if (taken && message.topic === TOPICS.buildEvents) hear(facts, message.body);
    return taken;
  });
  const bus = memoryBus();
  for (const topic of Object.values(TOPICS))
    bus.subscribe(topic, ({ body, attributes }) => pubsub.publish(topic, body, attributes));
  const builderWorld = {
    context,
    network,
    registry,
    bus: bus as Bus,
    functions: () => functions,
    vanish: (id: string) => cloudBuild.vanish(id),
  };
  const cloudBuild = new SimulatedCloudBuild(context, facts, pubsub, (running) =>
    build(builderWorld, running),
  );
  const gitHost = new SimulatedGitHost(context, facts);
  const ports = mutant(portsOf(state, bus, cloudBuild, registry, gitHost), state);
  const watch = new Watch(context, state, facts.placed, (entered, nth) => cancelLater(entered, nth));
  const watched = watchedRegistry(ports, watch);
  const functions: Functions = new Functions(context, network, watched);
  for (const [index, repository] of REPOSITORIES.entries()) {
    const rules = { concurrency: context.schedule.concurrency[index] };
    await ports.store.repositories.create({ ...repository, rules });
  }
  const remains: Remains = { context, facts, state, store: ports.store, registry };

  function cancelLater(entered: Build, nth: number): void {
    for (const cancel of context.schedule.cancels) {
      if (cancel.build !== nth || cancel.in !== entered.status) continue;
      context.timeline.in(cancel.late, () => void cancelNow(entered.id));
    }
  }
  async function cancelNow(id: string): Promise<void> {
    const answer = await functions.request('api', (deps) => deps.cancelBuild(id));
    context.note('user', `cancels ${id}`, answer.kind);
    context.count(`cancel: ${answer.kind}`);
    if (answer.kind === 'ok') facts.cancelled.add(id);
  }
  async function ask(action: Extract<Action, { kind: 'build' }>): Promise<void> {
    facts.askedFor += 1;
    const wanted = action.by === 'branch' ? { branch: 'main' } : { commit_sha: commitId(action.commit) };
    const { id } = REPOSITORIES[action.repo];
    const answer = await functions.request('api', (deps) => deps.createBuild(id, wanted));
    context.note('user', `asks for a build of ${JSON.stringify(wanted)}`, answer.kind);
    if (answer.kind === 'ok') facts.asked.push({ id: answer.value.id, commit: answer.value.commit_sha });
  }
  function forge(): void {
    const [first] = state.builds.values();
    if (!first) return;
    const { id: build_id, cloud_build_id } = first;
    const result = { index_digest: digestOf('f'), manifests: [], size_bytes: 1, builder_type: 'nixpacks' };
    const report = { type: 'built', stages: [], result, last_log_chunk: null };
    const body = { version: 1, build_id, attempt: Math.max(1, first.attempt), cloud_build_id, report };
    pubsub.publish(TOPICS.buildEvents, body, { signature: 'forged' });
  }
  function act(action: Action): void {
    context.note('world', JSON.stringify(action));
    if (action.kind === 'push') gitHost.push(action, functions);
    else if (action.kind === 'build') void ask(action);
    else if (action.kind === 'forge') forge();
    else {
      context.count(action.kind); // the calls that an outage strikes find it by themselves
      if (action.kind === 'kill') functions.kill(action.function);
      if (action.kind === 'pause') functions.pause(action.function, action.ms);
    }
  }
  let rested = false;
  function sweepLater(): void {
    context.timeline.in(
      SWEEP_EVERY_MS,
      () => {
        if (context.calm && context.timeline.busy === 0 && owed(remains).length === 0) {
          rested = true;
          return;
        }
        if (context.now > context.calmAt + REST_WITHIN_MS)
          context.broken(`it does not come to rest: ${owed(remains).join('; ')}`);
        void functions.request('sweep', (deps) => deps.sweep());
        sweepLater();
      },
      true,
    );
  }
  return { act, remains, sweepLater, watch, atRest: () => rested };
}

/** What `submit` counted is what ended, for each team and way to end. */
function eachIsCountedOnce({ context, state }: Remains): void {
  const builds = [...state.builds.values()];
  for (const team of new Set(builds.map((build) => build.team))) {
    const hours = [...state.hours.values()].filter((hour) => hour.team === team);
    const counted = summarize(hours, 0);
    for (const status of ENDED) {
      const ended = builds.filter((build) => build.team === team && build.status === status).length;
      if (counted[status] !== ended)
        context.broken(`${ended} builds of ${team} are ${status}, and ${counted[status]} were counted`);
    }
  }
}

/** Counts how builds ended, and the rare things that a run may have held. */
function tally(context: Context, { state, facts }: Remains): void {
  for (const { status, reason, error } of state.builds.values()) {
    const why = error ? `, ${error.code} (${error.source})` : reason && `, ${reason}`;
    context.count(`build: ${status}${why ?? ''}`);
  }
  const attempts = new Set<string>();
  for (const { buildId, attempt, passed, ended } of facts.cloudBuilds.values()) {
    const key = `${buildId} ${attempt}`;
    if (attempts.has(key)) context.count('Cloud Build: a double');
    if (attempt > 1) context.count('Cloud Build: of a later attempt');
    if (ended && !passed) context.count('Cloud Build: ended without passing the exchange');
    attempts.add(key);
  }
}

/** What is still to be done, by what the world knows. */
function owed({ state, facts }: Remains): string[] {
  return [
    ...[...state.builds.values()].flatMap((build) => [
      ...(build.finished_at === null ? [`${build.id} is ${build.status}`] : []),
      ...build.effects.map((effect) => `${build.id} owes ${effect.kind}`),
    ]),
    ...[...state.reports.values()]
      .filter(({ due_at }) => due_at !== null)
      .map(({ id }) => `the report ${id} is due`),
    ...[...state.tags.values()].filter(({ dirty }) => dirty).map(({ tag }) => `the tag ${tag} is dirty`),
    ...[...state.uncounted].map((id) => `${id} is not counted`),
    ...[...state.deliveries.values()]
      .filter(({ verdict }) => verdict === 'received')
      .map(({ id }) => `${id} is undecided`),
    ...[...facts.cloudBuilds.values()].filter(({ ended }) => !ended).map(({ id }) => `${id} runs`),
  ];
}

function portsOf(
  state: State,
  bus: Bus,
  cloudBuild: SimulatedCloudBuild,
  registry: MemoryRegistry,
  gitHost: SimulatedGitHost,
): Ports {
  const store = storeOn(state);
  const secrets = memorySecrets({ [secretId(REPOSITORIES[0].connection_id, 'TOKEN')]: 'hush' });
  return {
    store,
    bus,
    cloudBuilds: cloudBuild.port,
    registry,
    secrets,
    refs: gitHost.refs,
    host: gitHost.port,
    webhooks: gitHost.webhooks,
  };
}

function watchedRegistry(ports: Ports, watch: Watch): Ports {
  const { registry } = ports;
  const copy: typeof registry.copy = async (from, digest, to) => {
    await registry.copy(from, digest, to);
    watch.onCopy(to, digest);
  };
  const { digest, putTag, removeTag } = registry;
  return { ...ports, registry: { digest, putTag, removeTag, copy } };
}

/** A builder's report of a failure was taken. */
function hear(facts: Facts, body: Buffer): void {
  const { cloud_build_id, report } = JSON.parse(body.toString('utf8'));
  const fact = facts.cloudBuilds.get(cloud_build_id);
  if (fact && report.type === 'failed') fact.heard = true;
}
