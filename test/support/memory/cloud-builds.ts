import type { CloudBuildView } from '#core/events.ts';
import type { CloudBuildCreator, CloudBuildSpec } from '#core/ports.ts';
import { Faults } from './faults.ts';

/** Cloud Build without builds: it remembers what it was asked to run, and stands where a test puts it. */
export interface MemoryCloudBuilds extends CloudBuildCreator {
  readonly faults: Faults<'create' | 'get' | 'ofAttempt' | 'cancel'>;
  readonly specs: CloudBuildSpec[];
  readonly views: Map<string, CloudBuildView>;
  /** The ids that were cancelled, in order, also unknown ones. */
  readonly cancelled: string[];
  /** Ids that the list does not show yet. */
  readonly unlisted: Set<string>;
  /** Changes how a Cloud Build stands. */
  set(id: string, change: Partial<CloudBuildView>): CloudBuildView;
}

export function memoryCloudBuilds(): MemoryCloudBuilds {
  const faults = new Faults<'create' | 'get' | 'ofAttempt' | 'cancel'>();
  const specs: CloudBuildSpec[] = [];
  const views = new Map<string, CloudBuildView>();
  const cancelled: string[] = [];
  const unlisted = new Set<string>();
  const set = (id: string, change: Partial<CloudBuildView>): CloudBuildView => {
    const known = views.get(id) ?? {
      id,
      attempts: [],
      state: 'queued',
      detail: '',
      exitCode: null,
      output: null,
    };
    const next = { ...known, ...change };
    views.set(id, next);
    return structuredClone(next);
  };
  return {
    faults,
    specs,
    views,
    cancelled,
    unlisted,
    set,
    create: (spec) =>
      faults.run('create', () => {
        specs.push(spec);
        const attempts = [{ buildId: spec.buildId, attempt: spec.attempt }];
        return { id: set(`cb-${specs.length}`, { attempts }).id };
      }),
    get: (id) => faults.run('get', () => structuredClone(views.get(id) ?? null)),
    ofAttempt: (buildId, attempt) =>
      faults.run('ofAttempt', () => {
        const isWanted = (view: CloudBuildView) =>
          !unlisted.has(view.id) &&
          view.attempts.some((one) => one.buildId === buildId && one.attempt === attempt);
        return structuredClone([...views.values()].filter(isWanted));
      }),
    cancel: (id) =>
      faults.run('cancel', () => {
        cancelled.push(id);
        const view = views.get(id);
        if (view?.state === 'queued' || view?.state === 'working') set(id, { state: 'cancelled' });
      }),
  };
}
