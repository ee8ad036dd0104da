import type { Build } from '#core/build.ts';
import type { BuildEvent, BuilderReport } from '#core/events.ts';
import { tokenHash } from '#core/ids.ts';
import type { RefLookup } from '#core/ports.ts';
import { anApi } from '#test/support/api.ts';
import { type Given, runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aBuild, aChunk, aRepository, aResult, aTeam, sha, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

const TOKEN = 'bft_0123456789abcdef';
const CLOUD_BUILD = 'cb-1';

/** A service in memory behind a real server, with `acme/shop` and these builds, and the command signed in to it. */
export async function aWorld(...builds: readonly Build[]) {
  const service = aService();
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ tokens, teams: [aTeam()] });
  await store.repositories.create(aRepository());
  for (const build of builds) await store.builds.create(build);
  const refs: RefLookup = {
    resolve: async (_, names) =>
      new Map(names.filter((name) => name === 'refs/heads/main').map((name) => [name, sha('a')])),
  };
  const api = anApi({ store, refs, now: Date.now }, service);
  const url = await serveApi(api);
  const env = (at = url) => ({ BITFLOW_URL: at, BITFLOW_TOKEN: TOKEN });
  const bitflow = (argv: string, given: Given = {}) =>
    runCli(argv.split(' '), { ...given, env: { ...env(), ...given.env } });
  const apply = (id: string, event: BuildEvent) => store.builds.apply(id, event);
  const report = (id: string, said: BuilderReport, at: number) =>
    apply(id, { type: 'reported', at, attempt: 1, cloud_build_id: CLOUD_BUILD, report: said });
  const serve = (fetch: (request: Request) => Response | Promise<Response>) => serveApi({ fetch });
  return { store, api, url, env, bitflow, apply, report, serve };
}
export type World = Awaited<ReturnType<typeof aWorld>>;

/** A build that runs, whose clone has ended. */
export const running = (name: string, fields: Partial<Build> = {}): Build =>
  aBuild(name, {
    status: 'running',
    attempt: 1,
    order: 1,
    cloud_build_id: CLOUD_BUILD,
    bound: true,
    submitting_at: T0 + 2000,
    started_at: T0 + 3000,
    stages: [
      { name: 'clone', started_at: T0 + 3000, finished_at: T0 + 4500 },
      { name: 'build', started_at: T0 + 4500, finished_at: null },
    ],
    ...fields,
  });

/** One that has ended, a minute and five seconds after it was created. */
export const over = (name: string, fields: Partial<Build> = {}): Build =>
  running(name, { finished_at: T0 + 65_000, last_log_chunk: -1, ...fields });

/** Takes a queued build to its end, each step once the one before was seen. @param line of its log, `shown` somehow. */
export async function take(
  { store, apply, report }: World,
  { id }: Build,
  seen: () => string,
  line = 'hello',
  shown = 'build',
): Promise<void> {
  await until(() => /queue.*number 1|"queue"/.test(seen()));
  await apply(id, { type: 'stamped', at: T0 + 1, order: 1 });
  await apply(id, { type: 'claimed', at: T0 + 2000 });
  await until(() => seen().includes('start'));
  await apply(id, { type: 'exchanged', at: T0 + 3000, attempt: 1, cloud_build_id: CLOUD_BUILD });
  const began = { name: 'build', started_at: T0 + 3000, finished_at: null } as const;
  await report(id, { type: 'progress', stages: [began], builder_type: 'nixpacks' }, T0 + 3200);
  await store.logs.create(aChunk(id, 0, line), T0 + 3300);
  await until(() => seen().includes(shown));
  const ended = { ...began, finished_at: T0 + 8000 };
  await report(id, { type: 'built', stages: [ended], result: aResult(), last_log_chunk: 0 }, T0 + 8000);
  await apply(id, { type: 'promoted', at: T0 + 9000 });
}

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
