import type { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import { callerOf, notFound, Trouble } from './caller.ts';
import { asked } from './place.ts';

/** Source: docs.github.com/en/rest/commits/statuses#create-a-commit-status */
const Status = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(140).nullable().default(null),
  target_url: z.url().nullable().default(null),
});

/** Source: docs.github.com/en/rest/checks/runs#create-a-check-run */
const Check = z.object({
  name: z.string().min(1),
  status: z.enum(['queued', 'in_progress', 'completed']),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  external_id: z.string().optional(),
  details_url: z.url().optional(),
  started_at: z.iso.datetime().optional(),
  completed_at: z.iso.datetime().optional(),
  output: z
    .object({ title: z.string(), summary: z.string().max(65_535), text: z.string().max(65_535).optional() })
    .optional(),
});
const NewCheck = Check.extend({ head_sha: z.string() });

/** What is said of a commit: statuses by anybody who may write, checks by Apps alone. */
export function reportRoutes(app: Hono, place: HostPlace): void {
  const { repositories, state } = place;

  app.post('/repos/:owner/:repo/statuses/:sha', async (context) => {
    const { fullName } = await asked(context, place, 'write', ['statuses', 'write']);
    const sha = await repositories.commit(fullName, context.req.param('sha'));
    if (sha === null) throw new Trouble(422, `No commit found for SHA: ${context.req.param('sha')}`);
    const status = valid(Status, await context.req.json());
    state.statuses.push({ full_name: fullName, sha, ...status });
    return context.json({ id: state.nextId(), ...status }, 201);
  });

  const onlyApps = async (context: Parameters<typeof asked>[0]) => {
    const at = await asked(context, place, 'write', ['checks', 'write']);
    if ((await callerOf(context, place)).kind !== 'installation')
      throw new Trouble(403, 'You must authenticate via a GitHub App.');
    return at;
  };

  app.post('/repos/:owner/:repo/check-runs', async (context) => {
    const { fullName } = await onlyApps(context);
    const check = valid(NewCheck, await context.req.json());
    if ((await repositories.commit(fullName, check.head_sha)) === null)
      throw new Trouble(422, `No commit found for SHA: ${check.head_sha}`);
    const run = { id: state.nextId(), full_name: fullName, ...check };
    state.checkRuns.set(run.id, run);
    state.told.push(run);
    return context.json(run, 201);
  });

  app.patch('/repos/:owner/:repo/check-runs/:id', async (context) => {
    await onlyApps(context);
    const id = Number(context.req.param('id'));
    const known = state.checkRuns.get(id);
    if (!known) throw notFound();
    const { conclusion: _, completed_at: __, ...rest } = known;
    const run = { ...rest, ...valid(Check, await context.req.json()) };
    state.checkRuns.set(id, run);
    state.told.push(run);
    return context.json(run);
  });

  app.get('/repos/:owner/:repo/commits/:sha/check-runs', async (context) => {
    const { fullName } = await asked(context, place, 'read', ['checks', 'read']);
    const name = context.req.query('check_name');
    const check_runs = [...state.checkRuns.values()].filter(
      (run) =>
        run.full_name === fullName &&
        run.head_sha === context.req.param('sha') &&
        (name === undefined || run.name === name),
    );
    return context.json({ total_count: check_runs.length, check_runs: check_runs.toReversed() });
  });
}

function valid<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Trouble(422, `Invalid request.\n\n${z.prettifyError(parsed.error)}`);
}
