import type { Reports } from '#core/ports.ts';
import { leaseReport, ReportDocument, settleReport } from '#core/report-document.ts';
import { type State, step } from './state.ts';

export function memoryReports(state: State): Reports {
  const { reports } = state;
  return {
    get: (id) => step(state, () => reports.get(id) ?? null),
    lease: (subject, holder, now, ttlMs) =>
      step(state, () => {
        const known = reports.get(subject.id) ?? null;
        const next = ReportDocument.parse(leaseReport(known, subject, holder, now, ttlMs));
        reports.set(subject.id, next);
        return next.lease?.holder === holder ? next : null;
      }),
    settle: (id, holder, news, now) =>
      step(state, () => {
        const known = reports.get(id);
        const next = known ? settleReport(known, holder, news, now) : null;
        if (next !== null) reports.set(id, ReportDocument.parse(next));
        return next;
      }),
    remove: (id) => step(state, () => void reports.delete(id)),
    due: (before, limit) =>
      step(state, () =>
        [...reports.values()]
          .filter(({ due_at }) => due_at !== null && due_at < before)
          .toSorted((a, b) => (a.due_at ?? 0) - (b.due_at ?? 0))
          .slice(0, limit),
      ),
  };
}
