import { Hono } from 'hono';
import type { StandIn } from './stand-in.ts';

/** A stand-in for GitHub's API. */
export const githubStandIn: StandIn = {
  platform: 'github',
  apiPath: '',
  app: () => new Hono(),
  outgoing: async () => null,
};
