import { AuditRecord } from '#core/audit.ts';
import type { AuditLog } from '#core/ports.ts';
import { newestFirst } from './page.ts';
import { createIn, type State, step } from './state.ts';

export function memoryAuditLog(state: State): AuditLog {
  const { auditLog } = state;
  return {
    begin: (record) =>
      step(state, () => {
        if (createIn(auditLog, record.id, AuditRecord.parse(record)) === 'exists')
          throw new Error(`there is an audit record ${record.id} already`);
      }),
    finish: (id, outcome) =>
      step(state, () => {
        const record = auditLog.get(id);
        if (!record) throw new Error(`there is no audit record ${id}`);
        auditLog.set(id, { ...record, ...outcome });
      }),
    list: (team, page) =>
      step(state, () => {
        const found = [...auditLog.values()].filter(({ teams }) => teams.includes(team));
        return newestFirst(found, ({ at, id }) => ({ at, id }), page);
      }),
  };
}
