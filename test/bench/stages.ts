import type { Build } from '#core/build.ts';

/** The parts of a build through the service, in order; together they are the whole. */
export const STAGES = [
  'deliver',
  'queue',
  'start',
  'prepare',
  'clone',
  'plan',
  'build',
  'push',
  'report',
  'promote',
  'seen',
] as const;
export type StageName = (typeof STAGES)[number];

/** What each part is, for people. */
export const MEANING: Readonly<Record<StageName, string>> = {
  deliver: 'webhook sent to build created: webhooks, intake',
  queue: 'build created to claimed, by submit',
  start: 'claimed to exchange: Cloud Build, the container, the builder’s start',
  prepare: 'exchange to the clone’s begin',
  clone: 'git',
  plan: 'nixpacks',
  build: 'BuildKit, up to the push',
  push: 'BuildKit’s push of image and cache, and reading the image back',
  report: 'image in staging to its report at record',
  promote: 'report at record to `succeeded` decided: the copy and the tags',
  seen: 'decided to seen by a listener',
};

/** How long each part took (ms). */
export type ServiceStages = Readonly<Record<StageName, number>>;

interface Seen {
  readonly sentAt: number;
  readonly seenAt: number;
}

/** The parts of a build that succeeded, by its document's own times. Throws where one is missing. */
export function stagesOf(build: Build, { sentAt, seenAt }: Seen): ServiceStages {
  const at = (name: 'submitting_at' | 'started_at' | 'promoting_at' | 'finished_at') => {
    const time = build[name];
    if (time === null) throw new Error(`the build ${build.id} has no ${name}`);
    return time;
  };
  const own = (name: Build['stages'][number]['name']) => {
    const stage = build.stages.find((each) => each.name === name);
    if (!stage || stage.finished_at === null) throw new Error(`the build ${build.id} has no stage ${name}`);
    return { from: stage.started_at, to: stage.finished_at };
  };
  const [clone, plan, built, push] = [own('clone'), own('plan'), own('build'), own('push')];
  return {
    deliver: build.created_at - sentAt,
    queue: at('submitting_at') - build.created_at,
    start: at('started_at') - at('submitting_at'),
    prepare: clone.from - at('started_at'),
    clone: plan.from - clone.from,
    plan: built.from - plan.from,
    build: push.from - built.from,
    push: push.to - push.from,
    report: at('promoting_at') - push.to,
    promote: at('finished_at') - at('promoting_at'),
    seen: seenAt - at('finished_at'),
  };
}
