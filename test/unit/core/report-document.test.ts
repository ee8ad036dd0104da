import { describe, expect, it } from 'vitest';
import {
  GIVE_UP_MS,
  isDoubtful,
  isGivenUp,
  isResting,
  leaseReport,
  REPORT_DOUBT_MS,
  type ReportDocument,
  type ReportNews,
  settleReport,
} from '#core/report-document.ts';
import { sha, T0 } from '#test/support/memory/examples.ts';

const SUBJECT = {
  id: 'rp-1',
  team: 'acme',
  repository_id: 'r-1',
  connection_id: 'c-1',
  commit_sha: sha('a'),
  build_id: 'b-1',
};
const TTL = 60_000;
const MINUTE = 60_000;

const lease = (known: ReportDocument | null, holder: string, now: number) =>
  leaseReport(known, SUBJECT, holder, now, TTL);

function settle(known: ReportDocument, news: ReportNews, now: number): ReportDocument {
  const settled = settleReport(known, known.lease?.holder ?? '', news, now);
  if (settled === null) throw new Error('nobody holds it');
  return settled;
}

type Answered = Extract<ReportNews, { kind: 'told' | 'refused' }>;
const told = (digest: string, fields: Partial<Answered> = {}): Answered => ({
  kind: 'told',
  state: 'running',
  digest,
  run: 1,
  report_id: '7',
  why: null,
  ...fields,
});
const away = (digest: string, unnamed: number | null = null): ReportNews => ({
  kind: 'away',
  digest,
  unnamed,
  why: '502',
});

describe('a lease', () => {
  it('is due when it runs out, until it is settled', () => {
    const leased = lease(null, 'one', T0);
    expect(leased.due_at).toBe(T0 + TTL);
    expect(settle(leased, told('d'), T0 + 1)).toMatchObject({ due_at: null, lease: null });
  });

  it('has its holder look again where another comes meanwhile, which is noted once', () => {
    const leased = lease(null, 'one', T0);
    const marked = lease(leased, 'two', T0 + 1);
    expect(marked).toEqual({ ...leased, again: true });
    expect(lease(marked, 'three', T0 + 2)).toBe(marked);
    expect(settle(marked, told('d'), T0 + 3)).toMatchObject({ due_at: T0 + 3, again: false });
  });

  it('that ran out leaves a doubt', () => {
    const taken = lease(lease(null, 'one', T0), 'two', T0 + TTL);
    expect(taken).toMatchObject({ lease: { holder: 'two' }, doubt: { at: T0 + TTL, unnamed: 1 } });
    expect(settleReport(taken, 'one', told('d'), T0 + TTL)).toBeNull();
  });

  it('that was given back leaves none', () => {
    const settled = settle(lease(null, 'one', T0), told('d'), T0 + 1);
    expect(lease(settled, 'two', T0 + 2).doubt).toBeNull();
  });
});

describe('a doubt', () => {
  it('has somebody look after 1, 4 and 15 minutes, and is over then', () => {
    let document = settle(lease(lease(null, 'one', T0 - TTL), 'two', T0), told('d'), T0 + 1);
    const looks: number[] = [];
    while (document.due_at !== null) {
      const now = document.due_at;
      looks.push((now - T0) / MINUTE);
      expect(isDoubtful(document, 'running', 'd', now - 1)).toBe(false);
      expect(isDoubtful(document, 'running', 'd', now)).toBe(true);
      document = settle(
        lease(document, 'three', now),
        looks.length === 1 ? told('d') : { kind: 'known' },
        now,
      );
    }
    expect(looks).toEqual([1, 4, REPORT_DOUBT_MS / MINUTE]);
    expect(document.doubt).toBeNull();
  });

  it('is over late enough, also where one came late to look', () => {
    const doubted = settle(lease(lease(null, 'one', T0 - TTL), 'two', T0), told('d'), T0 + 1);
    const late = settle(lease(doubted, 'three', T0 + 9 * MINUTE), { kind: 'known' }, T0 + 9 * MINUTE);
    expect(late.due_at).toBe(T0 + REPORT_DOUBT_MS);
    const later = settle(lease(doubted, 'three', T0 + 20 * MINUTE), { kind: 'known' }, T0 + 20 * MINUTE);
    expect(later.due_at).toBeNull();
  });

  it('does no harm while what may still come says what the host was told', () => {
    const tried = settle(lease(null, 'one', T0), away('d'), T0);
    const now = T0 + MINUTE;
    expect(isDoubtful(tried, 'running', 'd', now)).toBe(false);
    expect(isDoubtful(tried, 'running', 'else', now)).toBe(true);
    const twice = settle(lease(tried, 'two', T0 + 1), away('else'), T0 + 1);
    expect(isDoubtful(twice, 'running', 'else', now + 1)).toBe(true);
  });

  it('does harm where it may be a report of its own that goes on to say what it said then', () => {
    const tried = settle(lease(null, 'one', T0), away('d', 1), T0);
    const now = T0 + MINUTE;
    expect(isDoubtful(tried, 'running', 'd', now)).toBe(true);
    expect(isDoubtful(tried, 'failed', 'd', now)).toBe(false);
  });
});

describe('a host that is away', () => {
  it('is asked after an eighth of the time that it is away, from 15 s to half an hour, for three days', () => {
    let document = settle(lease(null, 'one', T0), away('d'), T0);
    const waits: number[] = [];
    let now = T0;
    while (!isGivenUp(document, now)) {
      const next = document.due_at ?? Number.NaN;
      waits.push(next - now);
      expect(isResting(document, next - 1)).toBe(true);
      expect(isResting(document, next)).toBe(false);
      now = next;
      document = settle(lease(document, 'two', now), away('d'), now);
    }
    expect(waits[0]).toBe(15_000);
    expect(Math.max(...waits)).toBe(30 * MINUTE);
    expect(now - T0).toBeLessThan(GIVE_UP_MS + 31 * MINUTE);
    expect(waits.length).toBeLessThan(200);
    const anHour = waits.find(
      (_, index) => waits.slice(0, index + 1).reduce((a, b) => a + b, 0) > 60 * MINUTE,
    );
    expect(anHour).toBeLessThan(8 * MINUTE);
  });

  it('is well again with the first answer, yes or no', () => {
    const tried = lease(settle(lease(null, 'one', T0), away('d'), T0), 'two', T0 + 20_000);
    expect(settle(tried, told('d'), T0 + 20_000)).toMatchObject({ away: null, refusal: null });
    const no = told('d', { kind: 'refused', why: 'no rights' });
    const refused = settle(tried, no, T0 + 20_000);
    expect(refused).toMatchObject({ away: null, refusal: 'no rights', told: { digest: 'd' } });
  });
});
