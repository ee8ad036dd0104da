import { Hono } from 'hono';
import type { StandIn } from './stand-in.ts';

/** A stand-in for GitLab's API. */
export const gitlabStandIn: StandIn = {
  platform: 'gitlab',
  apiPath: '/api/v4',
  app: () => new Hono(),
  outgoing: async () => null,
};
