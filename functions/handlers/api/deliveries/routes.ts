import { createRoute } from '@hono/zod-openapi';
import type { Caller } from '#core/access.ts';
import {
  DeliveryDetailsView,
  DeliveryIdParams,
  DeliveryList,
  DeliveryListQuery,
  DeliveryView,
  NO_REPOSITORY,
} from '#core/api/deliveries.ts';
import { UserError } from '#core/errors.ts';
import { replayDelivery } from '#use-cases/replay-delivery.ts';
import { allowed } from '../access.ts';
import type { Api, ApiDeps } from '../context.ts';
import { KeyHeader, once, REPLAYED } from '../once.ts';
import { CONFLICT, json, PROBLEMS, REFUSED } from '../openapi.ts';
import { deliveryOf, deliveryToReplay, mayLookInto, repositoryOf } from '../scope.ts';
import { deliveryDetailsView, deliveryView } from './view.ts';

const list = createRoute({
  method: 'get',
  path: '/v1/deliveries',
  summary: 'List what git hosts told about your team’s repositories, newest first',
  ...allowed('deliveries.list', 'deliveries:read'),
  request: { query: DeliveryListQuery },
  responses: { 200: json(DeliveryList, 'A page.'), ...PROBLEMS },
});

const get = createRoute({
  method: 'get',
  path: '/v1/deliveries/{id}',
  summary: 'What became of a delivery, and why; and what was in it',
  ...allowed('deliveries.get', 'deliveries:read'),
  request: { params: DeliveryIdParams },
  responses: { 200: json(DeliveryDetailsView, 'The delivery.'), ...PROBLEMS },
});

const replay = createRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/replay',
  summary: 'Take a delivery in once more: it is decided and built anew',
  ...allowed('deliveries.replay', 'deliveries:write'),
  request: { params: DeliveryIdParams, headers: KeyHeader },
  responses: {
    201: { ...json(DeliveryView, 'Taken in; `replay_of` names the first.'), ...REPLAYED },
    ...PROBLEMS,
    ...CONFLICT,
    ...REFUSED,
  },
});

/** Deliveries of git hosts. */
export function deliveryRoutes(api: Api, deps: ApiDeps): void {
  const { store } = deps;

  api.openapi(list, async (context) => {
    const { limit, cursor, repository_id, verdict } = context.req.valid('query');
    const caller = context.get('caller');
    const filters = { ...(await whose(caller, repository_id)), verdict: verdict ?? null };
    const page = await store.deliveries.list(filters.team, filters, { limit, after: cursor ?? null });
    return context.json({ deliveries: page.items.map(deliveryView), next_cursor: page.next }, 200);
  });

  /** Throws UserError('forbidden') where those of no repository are asked for by somebody else than an operator. */
  async function whose(caller: Caller, wanted: string | undefined) {
    if (wanted === NO_REPOSITORY) {
      if (caller.permissions.has('installation:operate')) return { team: null, repositoryId: null };
      throw new UserError('forbidden', 'deliveries about no connected repository are for operators');
    }
    // an id needs no look-up: what another team has is not in the list anyway
    const byName = wanted?.includes('/') ? await repositoryOf(store, caller, wanted) : null;
    return { team: caller.team, repositoryId: byName?.id ?? wanted ?? null };
  }

  api.openapi(get, async (context) => {
    const caller = context.get('caller');
    const delivery = await deliveryOf(store, caller, context.req.valid('param').id);
    if (!mayLookInto(caller, delivery))
      return context.json(deliveryDetailsView({ ...delivery, headers: {} }, null), 200);
    return context.json(deliveryDetailsView(delivery, await store.deliveries.body(delivery.id)), 200);
  });

  api.openapi(replay, async (context) => {
    const caller = context.get('caller');
    const first = await deliveryToReplay(store, caller, context.req.valid('param').id);
    const key = context.req.valid('header')['idempotency-key'];
    const request = { replay: first.id };
    const view = await once(
      context,
      { operation: 'deliveries.replay', key, request, schema: DeliveryView },
      async (unique) => deliveryView(await replayDelivery(deps, first, unique)),
    );
    return context.json(view, 201);
  });
}
