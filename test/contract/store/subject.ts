import { afterEach, beforeEach } from 'vitest';
import type { Build } from '#core/build.ts';
import type { BuildEvent, BuilderReport } from '#core/events.ts';
import type { Store } from '#core/ports.ts';
import { aBuild, aResult, T0 } from '#test/support/memory/examples.ts';

/** A store under test. */
export interface Subject {
  readonly store: Store;
  close(): Promise<void>;
}

/** Makes an empty store. */
export type MakeStore = () => Promise<Subject>;

/** A fresh subject for each test of the surrounding `describe`; the result gives the current one. */
export function eachTest(make: MakeStore): () => Subject {
  let current: Subject | null = null;
  beforeEach(async () => {
    current = await make();
  });
  afterEach(async () => {
    await current?.close();
    current = null;
  });
  return () => {
    if (current === null) throw new Error('there is no subject outside a test');
    return current;
  };
}

/** Creates a build in the store and gives it back. */
export async function seedBuild(store: Store, name: string, fields: Partial<Build> = {}): Promise<Build> {
  const build = aBuild(name, fields);
  await store.builds.create(build);
  return build;
}

/** A build that runs on the Cloud Build `cb-{name}`: one report away from `promoting`. */
export function seedRunning(store: Store, name: string, fields: Partial<Build> = {}): Promise<Build> {
  const running = {
    status: 'running',
    attempt: 1,
    cloud_build_id: `cb-${name}`,
    bound: true,
    order: 1,
  } as const;
  return seedBuild(store, name, { ...running, ...fields });
}

/** The report with which a running build enters `promoting`. */
export function built(build: Build, digest: string, at = T0 + 9): BuildEvent {
  const report: BuilderReport = { type: 'built', stages: [], result: aResult(digest), last_log_chunk: 3 };
  return { type: 'reported', at, attempt: 1, cloud_build_id: build.cloud_build_id ?? '', report };
}
