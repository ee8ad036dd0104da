import { describe, expect, it } from 'vitest';
import type { ReportNews, ReportSubject } from '#core/report-document.ts';
import { sha, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

const subjectOf = (id: string): ReportSubject => ({
  id,
  team: 'acme',
  repository_id: 'r-1',
  connection_id: 'c-1',
  commit_sha: sha('a'),
  build_id: 'b-1',
});
const ONE = subjectOf('rp-1');
const told = (digest: string): ReportNews => ({
  kind: 'told',
  state: 'running',
  digest,
  run: 1,
  report_id: '7',
  why: null,
});
const away: ReportNews = { kind: 'away', digest: 'd', unnamed: 1, why: 'slow' };

export function describeReports(make: MakeStore): void {
  describe('reports', () => {
    const subject = eachTest(make);

    it('makes a report where there is none, leased to who asked', async () => {
      const { reports } = subject().store;
      expect(await reports.get('rp-1')).toBeNull();
      const leased = await reports.lease(ONE, 'one', T0, 1000);
      expect(leased).toMatchObject({
        ...ONE,
        told: null,
        run: 1,
        lease: { holder: 'one', until: T0 + 1000 },
      });
      expect(await reports.get('rp-1')).toEqual(leased);
    });

    it('leases it to one of many at once, who is to look again', async () => {
      const { reports } = subject().store;
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, index) => reports.lease(ONE, `writer ${index}`, T0, 1000)),
      );
      const [winner, ...others] = all.filter((leased) => leased !== null);
      expect(others).toEqual([]);
      expect(await reports.get('rp-1')).toMatchObject({ again: true, lease: winner?.lease });
      const settled = await reports.settle('rp-1', winner?.lease?.holder ?? '', told('d'), T0 + 5);
      expect(settled).toMatchObject({ again: false, lease: null, due_at: T0 + 5, told: { digest: 'd' } });
    }, 60_000);

    it('settles for the holder alone, and keeps what came of it', async () => {
      const { reports } = subject().store;
      expect(await reports.settle('rp-1', 'one', told('d'), T0)).toBeNull();
      await reports.lease(ONE, 'one', T0, 1000);
      expect(await reports.settle('rp-1', 'two', told('d'), T0)).toBeNull();
      const settled = await reports.settle('rp-1', 'one', told('d'), T0 + 1);
      expect(settled).toMatchObject({ told: { state: 'running', digest: 'd', at: T0 + 1 }, report_id: '7' });
      expect(await reports.get('rp-1')).toEqual(settled);
      expect(settled).toMatchObject({ lease: null, due_at: null });
    });

    it('lists what is due, the earliest first: leases that run out, hosts that are away, doubts', async () => {
      const { reports } = subject().store;
      await reports.lease(subjectOf('rp-leased'), 'one', T0, 60_000);
      await reports.lease(subjectOf('rp-away'), 'one', T0, 60_000);
      await reports.settle('rp-away', 'one', away, T0);
      await reports.lease(subjectOf('rp-done'), 'one', T0, 60_000);
      await reports.settle('rp-done', 'one', told('d'), T0);
      const ids = async (before: number, limit = 9) => (await reports.due(before, limit)).map(({ id }) => id);
      expect(await ids(T0 + 15_000)).toEqual([]);
      expect(await ids(T0 + 15_001)).toEqual(['rp-away']);
      expect(await ids(T0 + 60_001)).toEqual(['rp-away', 'rp-leased']);
      expect(await ids(T0 + 60_001, 1)).toEqual(['rp-away']);
    });

    it('removes one; one that is gone is no error', async () => {
      const { reports } = subject().store;
      await reports.lease(ONE, 'one', T0, 1000);
      await reports.remove('rp-1');
      await reports.remove('rp-1');
      expect(await reports.get('rp-1')).toBeNull();
      expect(await reports.settle('rp-1', 'one', told('d'), T0)).toBeNull();
    });

    it('gives the builds of one connection and commit, newest first', async () => {
      const { store } = subject();
      const made = [];
      for (const at of [2, 1, 3])
        made.push(await seedBuild(store, `build ${at}`, { created_at: T0 + at, commit_sha: sha('b') }));
      await seedBuild(store, 'another commit', { commit_sha: sha('c') });
      await seedBuild(store, 'another connection', { commit_sha: sha('b'), connection_id: 'c-other' });
      const [second, first, third] = made;
      const connection = first?.connection_id ?? '';
      expect(await store.builds.ofCommit(connection, sha('b'), 9)).toEqual([third, second, first]);
      expect(await store.builds.ofCommit(connection, sha('b'), 1)).toEqual([third]);
    });

    it('clears an effect only where nothing changed the build since, if it is asked so', async () => {
      const { store } = subject();
      const { id } = await seedBuild(store, 'owing', { effects: [{ kind: 'report' }], updated_at: T0 + 1 });
      await store.builds.clearEffect(id, { kind: 'report' }, T0);
      expect((await store.builds.get(id))?.effects).toHaveLength(1);
      await store.builds.clearEffect(id, { kind: 'report' }, T0 + 1);
      expect((await store.builds.get(id))?.effects).toEqual([]);
    });
  });
}
