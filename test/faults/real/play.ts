import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Build } from '#core/build.ts';
import { TOPICS } from '#core/messages.ts';
import type { Step } from '../context.ts';
import { atTheEnd } from '../model.ts';
import type { Action, Schedule } from '../schedule.ts';
import { Builders } from './builders.ts';
import { manifestOf, meet } from './call-faults.ts';
import type { Interception } from './gates.ts';
import { type Commits, connectTwo, RealGitHost } from './git-host.ts';
import { FAULTS_GO_ON_MS, REST_WITHIN_MS, SWEEP_EVERY_MS } from './limits.ts';
import { documentsOf, owed } from './look.ts';
import { pass } from './messages.ts';
import { remainsOf } from './remains.ts';
import { Run } from './run.ts';
import type { RealStack } from './stack.ts';
import { watch } from './watch.ts';

/** What became of a schedule on the real stack. */
export interface RealVerdict {
  /** The first invariant that did not hold; null where all did. */
  readonly violation: string | null;
  readonly counts: ReadonlyMap<string, number>;
  readonly steps: readonly Step[];
  readonly builds: readonly Build[];
  /** The final documents: builds, tags, deliveries. */
  readonly documents: readonly object[];
  readonly ms: number;
}

const POLL_MS = 400;

/** Plays one schedule, lets everything come to rest, and holds what is left against the model. */
export async function play(real: RealStack, commits: Commits, schedule: Schedule): Promise<RealVerdict> {
  const repositories = await connectTwo(real);
  const names = repositories.map(({ fullName }) => fullName);
  const run = new Run(schedule);
  const gitHost = new RealGitHost(real, run, commits, repositories);
  real.processes.both = schedule.submitters === 2;
  real.gates.interception = interception(real, run);
  const endWatch = watch(real, run, names, (build, nth) => cancelLater(real, run, build, nth));
  const sweeping = new AbortController();
  const swept = keepSweeping(real, sweeping.signal);
  for (const action of schedule.actions)
    run.later(action.at, JSON.stringify(action), () => act(real, run, gitHost, action));
  try {
    await faultsPass(real, run, names);
    run.calmDown();
    await rest(real, run, names);
    const state = await documentsOf(real, run, names);
    if (run.violation === null) await atTheEnd(await remainsOf(real, run, state));
    for (const { status } of state.builds.values()) run.count(`build: ${status}`);
    const documents = [...state.builds.values(), ...state.tags.values(), ...state.deliveries.values()];
    const { violation, counts, steps } = run;
    return {
      ...{ violation, counts, steps, documents, builds: [...state.builds.values()] },
      ms: Date.now() - run.start,
    };
  } finally {
    endWatch();
    sweeping.abort();
    await swept;
    real.gates.interception = null;
  }
}

/** Lets the schedule happen: until nothing is owed, or for a while after its last action. */
async function faultsPass(real: RealStack, run: Run, names: readonly string[]): Promise<void> {
  const last = Math.max(...run.schedule.actions.map(({ at }) => at));
  const until = run.start + last + FAULTS_GO_ON_MS;
  await sleep(last + POLL_MS);
  while (Date.now() < until && run.violation === null) {
    await sleep(POLL_MS);
    const state = await documentsOf(real, run, names);
    if (state.builds.size > 0 && (await owed(real, run, state)).length === 0) return;
  }
}

/** Waits until nothing is owed any more. */
async function rest(real: RealStack, run: Run, names: readonly string[]): Promise<void> {
  const deadline = Date.now() + REST_WITHIN_MS;
  while (run.violation === null) {
    const still = await owed(real, run, await documentsOf(real, run, names));
    if (still.length === 0) return;
    if (Date.now() > deadline) return run.broken(`it does not come to rest: ${still.join('; ')}`);
    await sleep(POLL_MS);
  }
}

/** Cloud Scheduler's place. A sweep that fails or stands still does not hold up the next one. */
async function keepSweeping(real: RealStack, stop: AbortSignal): Promise<void> {
  const running = new Set<Promise<unknown>>();
  while (!stop.aborted) {
    const one = real.stack
      .sweep()
      .catch(() => undefined) // the function is away, or was killed: the next one looks again
      .finally(() => running.delete(one));
    running.add(one);
    await sleep(SWEEP_EVERY_MS, undefined, { signal: stop }).catch(() => undefined); // ended
  }
  await Promise.all(running);
}

function interception(real: RealStack, run: Run): Interception {
  const builders = new Builders(run, real.containers);
  return {
    push: (pushed, deliver) => pass(run, pushed, deliver),
    call: (by, port, call, forward) => {
      const die = () => (by === 'builder' ? builders.dieIn(call) : real.processes.kill(run, by));
      const met = () =>
        meet(
          run,
          by,
          port,
          async () => {
            const answer = await forward();
            if (port === 'http.exchange') builders.exchanged(call, answer);
            notePut(run, by, call, answer);
            return answer;
          },
          die,
        );
      if (port === 'http.exchange') return builders.exchange(call, met);
      return by === 'builder' ? builders.publish(call, met) : met();
    },
  };
}

/** Writes down which tags were put into the release area. */
function notePut(
  run: Run,
  by: string,
  call: Parameters<typeof manifestOf>[0],
  answer: { status: number },
): void {
  const manifest = manifestOf(call);
  if (manifest === null || manifest.reference.startsWith('sha256:') || answer.status >= 300) return;
  const digest = `sha256:${createHash('sha256').update(call.body).digest('hex')}`;
  const image = manifest.name.slice(manifest.name.indexOf('/') + 1);
  run.puts.push(`${image}:${manifest.reference}=${digest}`);
  run.note(by, `puts ${image}:${manifest.reference}`, digest);
}

async function act(real: RealStack, run: Run, gitHost: RealGitHost, action: Action): Promise<void> {
  if (action.kind === 'push') return gitHost.push(action);
  if (action.kind === 'build') return ask(real, run, gitHost, action);
  if (action.kind === 'forge') return forge(real, run);
  run.count(action.kind);
  if (action.kind === 'kill') return real.processes.kill(run, action.function);
  if (action.kind === 'pause') return real.processes.pause(run, action.function, action.ms);
  run.note('world', `${action.of} is away for ${action.ms} ms`);
}

const Granted = z.object({ id: z.string(), commit_sha: z.string() });

async function ask(
  { client }: RealStack,
  run: Run,
  gitHost: RealGitHost,
  { repo, by, commit }: Extract<Action, { kind: 'build' }>,
): Promise<void> {
  run.facts.askedFor += 1;
  const wanted = by === 'branch' ? { branch: 'main' } : { commit_sha: gitHost.commitId(commit) };
  const body = { repository_id: gitHost.repositories[repo]?.id, ...wanted };
  const answer = await client.request('POST', '/v1/builds', body);
  run.note('user', `asks for a build of ${JSON.stringify(wanted)}`, String(answer.status));
  if (answer.status !== 201) return;
  const { id, commit_sha } = Granted.parse(answer.body);
  run.facts.asked.push({ id, commit: commit_sha });
}

function cancelLater({ client }: RealStack, run: Run, build: Build, nth: number): void {
  for (const cancel of run.schedule.cancels) {
    if (cancel.build !== nth || cancel.in !== build.status) continue;
    run.later(cancel.late, `the cancel of ${build.id}`, async () => {
      const { status } = await client.request('POST', `/v1/builds/${build.id}/cancel`);
      run.note('user', `cancels ${build.id}`, String(status));
      run.count(`cancel in ${cancel.in}: ${status}`);
      if (status === 200) run.facts.cancelled.add(build.id);
    });
  }
}

/** A message that no builder signed says that the first build that runs is built. */
async function forge({ pubsub, firestore }: RealStack, run: Run): Promise<void> {
  const found = await firestore.collection('builds').where('status', '==', 'running').limit(1).get();
  const [build] = found.docs.map((doc) => doc.data());
  run.count('forge');
  if (!build) return;
  const digest = `sha256:${'f'.repeat(64)}`;
  const result = { index_digest: digest, manifests: [], size_bytes: 1, builder_type: 'nixpacks' };
  const { id: build_id, attempt, cloud_build_id } = build;
  const report = { type: 'built', stages: [], result, last_log_chunk: null };
  const data = Buffer.from(JSON.stringify({ version: 1, build_id, attempt, cloud_build_id, report }));
  await pubsub.topic(TOPICS.buildEvents).publishMessage({ data, attributes: { signature: 'forged' } });
}
