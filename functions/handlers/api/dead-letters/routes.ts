import { createRoute, z } from '@hono/zod-openapi';
import { PageQuery } from '#core/api/common.ts';
import { DeadLetterList, DeadLetterView } from '#core/api/dead-letters.ts';
import { EXAMPLE } from '#core/api/examples.ts';
import { replayLetter } from '#use-cases/replay-letter.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { CONFLICT, json, PROBLEMS } from '../openapi.ts';
import { deadLetterOf, lettersOf } from '../scope.ts';
import { deadLetterView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/dead-letters',
  summary:
    'List the messages that were given up: your team’s (and, for operators, those of no team), newest first',
  ...allowed('dead_letters.list', 'dead_letters:read'),
  request: { query: PageQuery },
  responses: { 200: json(DeadLetterList, 'A page.'), ...PROBLEMS },
});

const replay = createRoute({
  method: 'post',
  path: '/v1/dead-letters/{id}/replay',
  summary: 'Send a message that was given up once more, as it was',
  ...allowed('dead_letters.replay', 'dead_letters:write'),
  request: { params: z.object({ id: z.string().max(64).openapi({ example: EXAMPLE.deadLetter }) }) },
  responses: { 200: json(DeadLetterView, 'It is on its way again.'), ...PROBLEMS, ...CONFLICT },
});

/** Messages that their subscriber gave up. */
export function deadLetterRoutes(api: Api, deps: ApiDeps): void {
  const { store } = deps;
  api.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const page = await store.deadLetters.list(lettersOf(context.get('caller')), {
      limit,
      after: cursor ?? null,
    });
    return context.json({ dead_letters: page.items.map(deadLetterView), next_cursor: page.next }, 200);
  });
  api.openapi(replay, async (context) => {
    const letter = await deadLetterOf(store, context.get('caller'), context.req.valid('param').id);
    return context.json(deadLetterView(await replayLetter(deps, letter)), 200);
  });
}
