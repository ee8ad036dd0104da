import { createRoute } from '@hono/zod-openapi';
import { BuildBody } from '#core/api/build-body.ts';
import { PlannedView } from '#core/api/plan.ts';
import { planBuild } from '#use-cases/plan-build.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { body, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { repositoryOf, teamOf } from '../scope.ts';
import { requestOf } from './request.ts';

const plan = createRoute({
  method: 'post',
  path: '/v1/builds/plan',
  summary: 'Say what would be built, how and why, without building',
  ...allowed('builds.plan', 'builds:write'),
  request: body(BuildBody),
  responses: {
    200: json(PlannedView, 'The plan, or what the build would fail with.'),
    ...PROBLEMS,
    ...REFUSED,
  },
});

/** What would be built: the body is that of a build, and no build is made. */
export function planRoutes(api: Api, deps: ApiDeps): void {
  api.openapi(plan, async (context) => {
    const request = context.req.valid('json');
    const caller = context.get('caller');
    const [team, repository] = await Promise.all([
      teamOf(deps.store, caller),
      repositoryOf(deps.store, caller, request.repository_id),
    ]);
    const host = deps.hosts[repository.platform];
    const planned = await planBuild({ ...deps, host }, team, repository, requestOf(request));
    const view = {
      repository_id: repository.id,
      ref: planned.ref,
      commit_sha: planned.commitSha,
      image_tags: [...planned.tags],
      plan: planned.plan,
      error: planned.error,
    };
    return context.json(view, 200);
  });
}
