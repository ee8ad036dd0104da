import { createRoute } from '@hono/zod-openapi';
import { AuditList } from '#core/api/audit-log.ts';
import { PageQuery } from '#core/api/common.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';
import { auditView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/audit-log',
  summary: 'List what was changed, by whom and from where, newest first',
  ...allowed('audit_log.list', 'audit:read'),
  request: { query: PageQuery },
  responses: {
    200: json(AuditList, 'A page.'),
    ...PROBLEMS,
  },
});

/** The team's audit log. */
export function auditLogRoutes(api: Api, { store }: ApiDeps): void {
  api.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const page = { limit, after: cursor ?? null };
    const { items, next } = await store.auditLog.list(context.get('caller').team, page);
    return context.json({ records: items.map(auditView), next_cursor: next }, 200);
  });
}
