import { z } from 'zod';
import { REPORT_STATES, type ReportState } from './commit-report.ts';
import { isEnded } from './commit-state.ts';

/**
 * What the git host was told of a commit. One writer at a time holds its lease; who comes meanwhile has it look
 * `again`. Whatever is still to be done has a time in `due_at`, at which `sweep` sees to it. Times are ms since the
 * epoch.
 */
export const ReportDocument = z.object({
  version: z.literal(1),
  id: z.string(),
  team: z.string(),
  repository_id: z.string(),
  connection_id: z.string(),
  commit_sha: z.string(),
  /** One of the commit's builds: `report` is woken by its id. */
  build_id: z.string(),
  /** What the host took, or refused for good; `digest` is of all that it was told. Null: nothing yet. */
  told: z.object({ state: z.enum(REPORT_STATES), digest: z.string(), at: z.int() }).nullable(),
  /** How often it began: once more when something is built again after all had ended. */
  run: z.int().positive(),
  /** What the host calls this run; null: it was not told, or gave no name. */
  report_id: z.string().nullable(),
  /** Why the host does not take what it was told last; null: it does. */
  refusal: z.string().nullable(),
  /** Since when the host is away, and when it is asked again. */
  away: z.object({ since: z.int(), next_at: z.int(), why: z.string() }).nullable(),
  lease: z.object({ holder: z.string(), until: z.int() }).nullable(),
  /** Whether something changed since the holder of the lease took it. */
  again: z.boolean(),
  /**
   * Something may still come to the host later than what is right: of a writer that stalled past its lease, or of a
   * request that was answered by nobody. So it is told once more, at `look_at`.
   */
  doubt: z
    .object({
      at: z.int(),
      look_at: z.int(),
      /** What may still come; null: more than one thing, or nobody knows. */
      digest: z.string().nullable(),
      /** The run that may be a new report at the host then, by a name that we do not know; null: none may. */
      unnamed: z.int().nullable(),
    })
    .nullable(),
  due_at: z.int().nullable(),
});
export type ReportDocument = z.infer<typeof ReportDocument>;

/** Which commit a report is of. */
export type ReportSubject = Pick<
  ReportDocument,
  'id' | 'team' | 'repository_id' | 'connection_id' | 'commit_sha' | 'build_id'
>;

/** What came of telling the host. */
export type ReportNews =
  /** It knew already. */
  | { readonly kind: 'known' }
  | {
      readonly kind: 'told' | 'refused';
      readonly state: ReportState;
      readonly digest: string;
      readonly run: number;
      readonly report_id: string | null;
      /** Why it was refused. */
      readonly why: string | null;
    }
  /** Nobody knows whether it took it. `unnamed`: the run, where it was told of a new report. */
  | { readonly kind: 'away'; readonly digest: string; readonly unnamed: number | null; readonly why: string }
  /** It was not told: the lease was over, or something went wrong before. */
  | { readonly kind: 'not_told' };

/**
 * A first look again after a doubt, then at four times its age, and the last one: longer than any function may run,
 * so that its cause has ended.
 */
const FIRST_LOOK_MS = 60_000;
export const REPORT_DOUBT_MS = 15 * 60_000;
/** How long a host may be away before what it should be told is given up. */
export const GIVE_UP_MS = 3 * 24 * 3_600_000;
const [SHORTEST_WAIT_MS, LONGEST_WAIT_MS] = [15_000, 30 * 60_000];

/** Leases a report to a writer, or has the one that holds it look again. The same document: that it does already. */
export function leaseReport(
  known: ReportDocument | null,
  subject: ReportSubject,
  holder: string,
  now: number,
  ttlMs: number,
): ReportDocument {
  const lease = { holder, until: now + ttlMs };
  if (known === null) {
    const nothing = { told: null, report_id: null, refusal: null, away: null, doubt: null };
    return { version: 1, ...subject, ...nothing, run: 1, lease, again: false, due_at: lease.until };
  }
  const others = known.lease !== null && known.lease.holder !== holder;
  if (others && (known.lease?.until ?? 0) > now) return known.again ? known : { ...known, again: true };
  const unnamed = begunBy(known) ?? known.doubt?.unnamed ?? null;
  const lost = { at: now, look_at: now + FIRST_LOOK_MS, digest: null, unnamed };
  const doubt = others ? lost : known.doubt;
  return { ...known, build_id: subject.build_id, lease, doubt, again: false, due_at: lease.until };
}

/** The run that the holder of the lease may begin at the host; null: it only goes on with the one that is there. */
function begunBy({ report_id, run, told }: ReportDocument): number | null {
  if (told !== null && isEnded(told.state)) return run + 1;
  return report_id === null ? run : null;
}

/** Keeps what came of it and gives the lease back; null where this holder has lost it. */
export function settleReport(
  known: ReportDocument,
  holder: string,
  news: ReportNews,
  now: number,
): ReportDocument | null {
  if (known.lease?.holder !== holder) return null;
  const next = { ...known, ...changesBy(known, news, now), lease: null };
  const again = known.again || news.kind === 'not_told';
  const later = next.away?.next_at ?? next.doubt?.look_at ?? null;
  return { ...next, again: false, due_at: again && next.away === null ? now : later };
}

function changesBy(known: ReportDocument, news: ReportNews, now: number): Partial<ReportDocument> {
  if (news.kind === 'not_told') return {};
  if (news.kind === 'known') return { doubt: doubtAfter(known, now) };
  if (news.kind === 'away') return awayAfter(known, news, now);
  const { state, digest, run, report_id, why } = news;
  const told = { state, digest, at: now };
  const refusal = why?.slice(0, 500) ?? null;
  return { told, run, report_id, refusal, away: null, doubt: doubtAfter(known, now) };
}

/** Waits longer the longer it is away: an eighth of that. */
function awayAfter(
  known: ReportDocument,
  { digest, unnamed, why }: Extract<ReportNews, { kind: 'away' }>,
  now: number,
): Partial<ReportDocument> {
  const since = known.away?.since ?? now;
  const wait = Math.min(Math.max((now - since) / 8, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
  const same = known.doubt === null || known.doubt.digest === digest;
  const doubt = {
    at: now,
    look_at: now + FIRST_LOOK_MS,
    digest: same ? digest : null,
    unnamed: unnamed ?? known.doubt?.unnamed ?? null,
  };
  return { doubt, away: { since, next_at: Math.ceil(now + wait), why: why.slice(0, 500) } };
}

/** What is left of a doubt once somebody looked. */
function doubtAfter({ doubt }: ReportDocument, now: number): ReportDocument['doubt'] {
  if (doubt === null || now < doubt.look_at) return doubt;
  const age = now - doubt.at;
  return age < REPORT_DOUBT_MS ? { ...doubt, look_at: doubt.at + Math.min(4 * age, REPORT_DOUBT_MS) } : null;
}

/** Whether the host is away and is asked again later: until then nobody asks it. */
export function isResting({ lease, away }: ReportDocument, now: number): boolean {
  return lease === null && away !== null && away.next_at > now;
}

/**
 * Whether the host is to be told once more what it was told already. What comes late does no harm where it says the
 * same, and is no report of its own that would go on to say that.
 */
export function isDoubtful(
  { doubt }: ReportDocument,
  state: ReportState,
  digest: string,
  now: number,
): boolean {
  if (doubt === null || now < doubt.look_at) return false;
  return doubt.digest !== digest || (doubt.unnamed !== null && !isEnded(state));
}

/** Whether the host has been away for so long that it is told no more of this. */
export function isGivenUp({ away }: ReportDocument, now: number): boolean {
  return away !== null && now - away.since >= GIVE_UP_MS;
}
