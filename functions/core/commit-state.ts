import type { Build } from './build.ts';
import { REPORT_STATES, type ReportState } from './commit-report.ts';
import { progressOf } from './reporting.ts';

/** Whether nothing of it is still to come. */
export function isEnded(state: ReportState): boolean {
  return REPORT_STATES.indexOf(state) >= REPORT_STATES.indexOf('cancelled');
}

/**
 * The builds of a commit that count: of each image and ref the newest. One that repeats another stands for it,
 * whatever it was asked for with. In the order in which the images were first built.
 */
export function latestBuilds(builds: readonly Build[]): Build[] {
  const oldestFirst = builds.toSorted((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
  const latest = new Map<string, Build>();
  const keys = new Map<string, string>();
  for (const build of oldestFirst) {
    const { registry, name } = build.image;
    const repeated = build.retry_of === null ? undefined : keys.get(build.retry_of);
    const key = repeated ?? JSON.stringify([registry, name, build.ref]);
    keys.set(build.id, key);
    latest.set(key, build);
  }
  return [...latest.values()];
}

/**
 * How builds stand together: they run until all have ended, then the worst end is that of all. While they do, it
 * never goes back behind `told`, what the host was told of them last.
 */
export function stateOf(builds: readonly Build[], told: ReportState | null): ReportState {
  const progress = new Set(builds.map(progressOf));
  if (progress.size === 1 && progress.has('ended')) return endOf(builds);
  const state = openState(progress);
  if (told === null || isEnded(told)) return state;
  return REPORT_STATES.indexOf(told) > REPORT_STATES.indexOf(state) ? told : state;
}

function openState(progress: ReadonlySet<ReturnType<typeof progressOf>>): ReportState {
  if (progress.has('started') || progress.has('ended')) return 'running';
  return progress.has('waiting') ? 'waiting_approval' : 'queued';
}

function endOf(builds: readonly Build[]): ReportState {
  if (builds.every(({ status }) => status === 'succeeded')) return 'succeeded';
  return builds.some(({ status }) => status !== 'succeeded' && status !== 'cancelled')
    ? 'failed'
    : 'cancelled';
}
