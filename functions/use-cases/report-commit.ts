import type { Build } from '#core/build.ts';
import { latestBuilds } from '#core/commit-state.ts';
import { type Composed, composeReport } from '#core/compose-report.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { reportId } from '#core/ids.ts';
import type { Clock, GitHost, SecretStore, Store } from '#core/ports.ts';
import {
  isDoubtful,
  isGivenUp,
  isResting,
  type ReportDocument,
  type ReportNews,
} from '#core/report-document.ts';
import { REPORT } from '#core/reporting.ts';
import type { Repository } from '#core/repository.ts';
import { accessOf } from './host-access.ts';
import { endsOfLogs, type ReportLogDeps } from './report-log.ts';

export interface ReportDeps extends ReportLogDeps {
  readonly store: Pick<Store, 'builds' | 'repositories' | 'reports' | 'logs'>;
  readonly hosts: Readonly<Record<Repository['platform'], GitHost>>;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly now: Clock;
  /** Names this writer among others. */
  readonly holder: () => string;
  readonly reportLeaseMs: number;
  /** Told of a report that the host does not take, and why. */
  readonly onRefused: (build: Build, why: string) => void;
}

/** How often a writer looks again because something changed while it wrote; what is left then is due at once. */
const MAX_ROUNDS = 5;
/** More builds of one commit than there are images in a repository. */
const MAX_BUILDS = 200;

/**
 * Tells the git host how the builds of a build's commit stand now. What it is told comes from the builds as they are,
 * never from the message, and one writer at a time tells it: so a message that comes late or twice changes nothing.
 * The build's effect is cleared once it is noted that somebody is to look, and before anybody does: from then on
 * `sweep` finds what was not done. A host that is away is asked again later, without the message.
 *
 * Throws TransientError where the store is away.
 */
export async function reportCommit(deps: ReportDeps, buildId: string): Promise<void> {
  const { builds, reports, repositories } = deps.store;
  const build = await builds.get(buildId);
  if (build === null) return;
  const owed = build.effects.some(({ kind }) => kind === REPORT.kind);
  // What came since this was read, somebody else may not have seen: that stays owed.
  const leaveToOthers = async () => {
    if (owed) await builds.clearEffect(build.id, REPORT, build.updated_at);
  };
  const { team, repository_id, connection_id, commit_sha } = build;
  const id = reportId(connection_id, commit_sha);
  const subject = { id, team, repository_id, connection_id, commit_sha, build_id: build.id };
  const [repository, known] = await Promise.all([repositories.get(repository_id), reports.get(id)]);
  if (repository?.connection_id !== connection_id || repository.credential === 'none') {
    if (known !== null) await reports.remove(id);
    return leaveToOthers();
  }
  if (known !== null && isResting(known, deps.now())) return leaveToOthers();
  if (known !== null && !owed && (await isCurrent(deps, known))) return;

  for (let round = 0; round < MAX_ROUNDS; round++) {
    const holder = deps.holder();
    const leased = await reports.lease(subject, holder, deps.now(), deps.reportLeaseMs);
    if (leased === null) return leaveToOthers(); // its holder looks again
    if (owed && round === 0) await builds.clearEffect(build.id, REPORT);
    const news = await tell(deps, build, repository, leased).catch(async (error: unknown) => {
      // where the store is away too, the lease runs out
      await reports.settle(id, holder, { kind: 'not_told' }, deps.now()).catch(() => null);
      throw error;
    });
    const settled = await reports.settle(id, holder, news, deps.now());
    if (settled?.due_at == null || settled.due_at > deps.now()) return;
  }
}

/** Whether the host knows all that there is to tell, and nobody is at it. */
async function isCurrent(deps: ReportDeps, known: ReportDocument): Promise<boolean> {
  const { lease, told, due_at } = known;
  if (lease !== null || told === null || (due_at !== null && due_at <= deps.now())) return false;
  return (await compose(deps, known)).digest === told.digest;
}

async function compose(deps: ReportDeps, known: ReportDocument): Promise<Composed> {
  const { connection_id, commit_sha } = known;
  const builds = latestBuilds(await deps.store.builds.ofCommit(connection_id, commit_sha, MAX_BUILDS));
  return composeReport(known, builds, await endsOfLogs(deps, builds));
}

async function tell(
  deps: ReportDeps,
  build: Build,
  repository: Repository,
  leased: ReportDocument,
): Promise<ReportNews> {
  const { report, digest, run } = await compose(deps, leased);
  const doubtful = isDoubtful(leased, report.state, digest, deps.now());
  if (digest === leased.told?.digest && !doubtful) return { kind: 'known' };
  // Of a report whose name is not known the host is asked anew.
  const report_id = doubtful && leased.doubt?.unnamed === run ? null : report.report_id;
  // A writer that stalled does not tell what was true then.
  if (deps.now() >= (leased.lease?.until ?? 0)) return { kind: 'not_told' };
  const about = { state: report.state, digest, run };
  const refused = (why: string): ReportNews => {
    deps.onRefused(build, why);
    return { ...about, kind: 'refused', report_id, why };
  };
  try {
    const access = await accessOf(deps.secrets, repository);
    const name = await deps.hosts[repository.platform].report(access, { ...report, report_id });
    return { ...about, kind: 'told', report_id: name, why: null };
  } catch (error) {
    if (error instanceof UserError) return refused(error.message);
    if (!(error instanceof TransientError)) throw error;
    if (isGivenUp(leased, deps.now())) return refused(`the host was away for too long: ${error.message}`);
    return { kind: 'away', digest, unnamed: report_id === null ? run : null, why: error.message };
  }
}
