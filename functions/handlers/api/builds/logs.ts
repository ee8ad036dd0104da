import { ReadableStream } from 'node:stream/web';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { BuildIdParams, LogQuery, LogView } from '#core/api/builds.ts';
import { iso } from '#core/api/common.ts';
import type { Build } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import { logText, measureLog } from '#use-cases/log-text.ts';
import { type ReadLogDeps, readLog } from '#use-cases/read-log.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { NO_SUCH_RANGE, PROBLEMS, REFUSED } from '../openapi.ts';
import { buildOf } from '../scope.ts';

const TEXT = 'text/plain; charset=utf-8';
const text = { 'text/plain': { schema: z.string() } };

const logs = createRoute({
  method: 'get',
  path: '/v1/builds/{id}/logs',
  summary: 'Read the log from a cursor, waiting for lines up to wait_s seconds; or the whole of it as text',
  description:
    'As text it is what there is so far, each line ended by a line feed; it only ever grows, so `Range: bytes=N-` ' +
    'goes on where a connection was cut. `X-Log-Complete` says whether there will never be more.',
  ...allowed('builds.logs', 'builds:read'),
  request: {
    params: BuildIdParams,
    query: LogQuery,
    headers: z.object({
      range: z
        .string()
        .max(64)
        .optional()
        .openapi({ description: 'As text: `bytes=N-`.', example: 'bytes=0-' }),
    }),
  },
  responses: {
    200: {
      description: 'Lines from the cursor on, or the text.',
      content: { 'application/json': { schema: LogView }, ...text },
    },
    206: { description: 'The text from the byte that was asked for.', content: text },
    ...PROBLEMS,
    ...NO_SUCH_RANGE,
    ...REFUSED,
  },
});

/** The log of a build. */
export function logRoutes(api: Api, deps: ApiDeps): void {
  api.openapi(logs, async (context) => {
    const { cursor, wait_s, limit, format } = context.req.valid('query');
    const build = await buildOf(deps.store, context.get('caller'), context.req.valid('param').id);
    if (format === 'text') return textAnswer(context, deps, build, context.req.valid('header').range);
    const page = await readLog(deps, build, cursor ?? null, wait_s * 1000, limit);
    const lines = page.lines.map((line) => ({ ...line, at: iso(line.at) }));
    return context.json({ ...page, lines }, 200);
  });
}

/**
 * The log as text, as long as it is now. A range (RFC 9110, section 14) of the form `bytes=N-` is honoured; any
 * other is left aside, as the RFC allows. The log is read twice: its length comes before it.
 */
async function textAnswer(
  context: Context,
  deps: ReadLogDeps,
  build: Build,
  range: string | undefined,
): Promise<Response> {
  const { bytes: end, complete } = await measureLog(deps, build);
  const asked = /^bytes=([0-9]{1,12})-$/.exec(range ?? '')?.[1];
  const start = Number(asked ?? 0);
  context.header('accept-ranges', 'bytes');
  context.header('x-log-complete', String(complete));
  if (asked !== undefined && start >= end) {
    context.header('content-range', `bytes */${end}`);
    throw new UserError('range_not_satisfiable', `the log has ${end} bytes`);
  }
  if (asked !== undefined) context.header('content-range', `bytes ${start}-${end - 1}/${end}`);
  context.header('content-type', TEXT);
  context.header('content-length', String(end - start));
  const text = ReadableStream.from(logText(deps, build, { start, end }));
  return context.body(text, asked === undefined ? 200 : 206);
}
