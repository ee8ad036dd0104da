import { createRoute, type z } from '@hono/zod-openapi';
import { iso } from '#core/api/common.ts';
import { IdParams } from '#core/api/repositories.ts';
import { ScheduleList, type ScheduleView } from '#core/api/schedules.ts';
import type { Repository } from '#core/repository.ts';
import type { ScheduleBook } from '#core/schedules.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { json, PROBLEMS } from '../openapi.ts';
import { repositoryOf } from '../scope.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/repositories/{id}/schedules',
  summary: 'List what is built at set times, the next first, and what became of the last times',
  ...allowed('repositories.schedules.list', 'repositories:read'),
  request: { params: IdParams },
  responses: { 200: json(ScheduleList, 'The schedules, at most 10.'), ...PROBLEMS },
});

export function scheduleRoute(api: Api, { store }: ApiDeps): void {
  api.openapi(list, async (context) => {
    const repository = await repositoryOf(store, context.get('caller'), context.req.valid('param').id);
    const book = await store.schedules.get(repository.connection_id);
    return context.json({ schedules: book === null ? [] : viewOf(book, repository) }, 200);
  });
}

function viewOf({ file, entries }: ScheduleBook, repository: Repository): z.infer<typeof ScheduleView>[] {
  const from = file?.schedules ? 'file' : 'rules';
  return entries
    .toSorted((a, b) => a.due_at - b.due_at)
    .map(({ schedule, due_at, last }) => ({
      ...schedule,
      branch: schedule.branch ?? repository.default_branch,
      from,
      next_at: iso(due_at),
      last: last && {
        due_at: iso(last.due_at),
        decided_at: iso(last.at),
        build_ids: last.build_ids,
        reason: last.reason,
      },
    }));
}
