import type { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import { asked, notFound, Trouble } from './caller.ts';

/** Source: docs.gitlab.com/api/commits#set-commit-pipeline-status */
const Told = z.object({
  state: z.enum(['pending', 'running', 'success', 'failed', 'canceled', 'skipped']),
  name: z.string().default('default'),
  ref: z.string().optional(),
  description: z.string().max(255).nullable().default(null),
  target_url: z.url().max(255).nullable().default(null),
});

/** Of a job that is not over: what it was, what it shall be, and the event by which GitLab would make it so. */
const REFUSED = [
  ['pending', 'pending', 'enqueue'],
  ['running', 'pending', 'enqueue'],
  ['running', 'running', 'run'],
] as const;

/** Commit statuses: a job a context that only goes forward, and a new one after it is over. */
export function statusRoutes(app: Hono, place: HostPlace): void {
  const { repositories, state } = place;
  app.post('/projects/:id/statuses/:sha', async (context) => {
    const { fullName } = asked(context, place, 'write');
    const sha = await repositories.commit(fullName, context.req.param('sha'));
    if (sha === null) throw notFound('Commit');
    const parsed = Told.safeParse(await context.req.json());
    if (!parsed.success) throw new Trouble(400, z.prettifyError(parsed.error));
    const { name, ref, description, target_url, state: next } = parsed.data;
    const ofFork = state.pullRequests.some(
      (request) => request.head_sha === sha && request.head_repository !== fullName,
    );
    if (ref === undefined && ofFork) throw notFound('References for commit');
    state.told.push({ full_name: fullName, sha, name, state: next });
    const before = state.statuses.findLast(
      (each) => each.full_name === fullName && each.sha === sha && each.context === name,
    );
    const refused = REFUSED.find(([from, to]) => from === before?.state && to === next);
    if (refused)
      throw new Trouble(
        400,
        `Cannot transition status via :${refused[2]} from :${refused[0]} (Reason(s): Status cannot transition via "${refused[2]}")`,
      );
    state.statuses.push({ full_name: fullName, sha, context: name, state: next, description, target_url });
    return context.json({ id: state.nextId(), sha, ref, status: next, name, description, target_url }, 201);
  });
}
