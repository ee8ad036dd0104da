import { Hono } from 'hono';
import type { StandIn } from './stand-in.ts';

/** A stand-in for Gitee's API. */
export const giteeStandIn: StandIn = {
  platform: 'gitee',
  apiPath: '/api/v5',
  app: () => new Hono(),
  outgoing: async () => null,
};
