import { Hono } from 'hono';
import { z } from 'zod';
import type { HostPlace } from '../stand-in.ts';
import { fullNameIn } from './access.ts';

const Check = z.looseObject({
  name: z.string().min(1),
  status: z.enum(['queued', 'in_progress', 'completed']).default('queued'),
  conclusion: z
    .enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'timed_out'])
    .optional(),
  output: z.object({ title: z.string().min(1), summary: z.string(), text: z.string().optional() }).optional(),
});
const NewCheck = Check.extend({
  head_sha: z.string().regex(/^[0-9a-f]{40}$/),
  pull_request_id: z.int().positive().optional(),
});
const Text = z.object({ body: z.string().min(1).max(65_535) });

/** Check runs, which have no end but one, and comments. */
export function giteeReports(place: HostPlace): Hono {
  const { state, repositories } = place;
  const app = new Hono();

  app.post('/check-runs', async (context) => {
    const full_name = fullNameIn(context);
    const body = NewCheck.safeParse(await context.req.json());
    if (!body.success) return context.json({ message: z.prettifyError(body.error) }, 400);
    if ((await repositories.commit(full_name, body.data.head_sha)) === null)
      return context.json({ message: 'head_sha does not exist' }, 400);
    const run = { id: state.nextId(), full_name, conclusion: null, ...body.data };
    state.checkRuns.set(run.id, run);
    state.told.push(run);
    return context.json(run, 201);
  });

  app.patch('/check-runs/:id', async (context) => {
    const run = state.checkRuns.get(Number(context.req.param('id')));
    if (run === undefined) return context.json({ message: '404 Check Run Not Found' }, 404);
    const body = Check.safeParse(await context.req.json());
    if (!body.success) return context.json({ message: z.prettifyError(body.error) }, 400);
    const { status, conclusion } = body.data;
    const same = status === run.status && (conclusion ?? null) === run.conclusion;
    // a conclusion stays for good
    if (run.status === 'completed' && !same) return context.json({ message: 'the check is completed' }, 400);
    const changed = { ...run, ...body.data };
    state.checkRuns.set(Number(run.id), changed);
    state.told.push(changed);
    return context.json(changed);
  });

  app.get('/commits/:sha/check-runs', (context) => {
    const [full_name, head_sha] = [fullNameIn(context), context.req.param('sha')];
    const name = context.req.query('check_name');
    const runs = [...state.checkRuns.values()].filter(
      (run) => run.full_name === full_name && run.head_sha === head_sha && run.name === name,
    );
    return context.json({ total_count: runs.length, check_runs: runs.toReversed() });
  });

  for (const subject of ['commits', 'pulls'] as const) {
    const whereOf = (given: string) =>
      subject === 'pulls' ? { sha: '', pull_request: Number(given) } : { sha: given };
    app.get(`/${subject}/:which/comments`, (context) => {
      const { sha, pull_request } = { pull_request: undefined, ...whereOf(context.req.param('which')) };
      const full_name = fullNameIn(context);
      const found = state.comments.filter(
        (one) => one.full_name === full_name && one.sha === sha && one.pull_request === pull_request,
      );
      return context.json(found.map(({ id, body }) => ({ id, body })));
    });
    app.post(`/${subject}/:which/comments`, async (context) => {
      const { body } = Text.parse(await context.req.json());
      const full_name = fullNameIn(context);
      const where = whereOf(context.req.param('which'));
      const known =
        subject === 'pulls'
          ? state.pullRequest(full_name, Number(context.req.param('which')))
          : await repositories.commit(full_name, where.sha);
      if (known === null) return context.json({ message: '404 Not Found' }, 404);
      const comment = { id: state.nextId(), full_name, body, ...where };
      state.comments.push(comment);
      state.told.push({ ...comment });
      return context.json({ id: comment.id, body }, 201);
    });
    app.patch(`${subject === 'pulls' ? '/pulls' : ''}/comments/:id`, async (context) => {
      const comment = state.comments.find(({ id }) => String(id) === context.req.param('id'));
      const ofPull = comment?.pull_request !== undefined;
      if (comment === undefined || ofPull !== (subject === 'pulls'))
        return context.json({ message: '404 Note Not Found' }, 404);
      comment.body = Text.parse(await context.req.json()).body;
      state.told.push({ ...comment });
      return context.json({ id: comment.id, body: comment.body });
    });
  }
  return app;
}
