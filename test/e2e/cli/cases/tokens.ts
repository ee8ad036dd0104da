import { z } from 'zod';
import { NewTokenView, TokenList, TokenView } from '#core/api/tokens.ts';
import { idOf, must } from '../world.ts';
import type { Case } from './case.ts';

/** The token that the next call revokes. */
let doomed = '';

export const TOKENS: readonly Case[] = [
  { command: 'tokens list', argv: () => ['tokens', 'list'], schema: TokenList },
  { command: 'tokens show', argv: ({ token }) => ['tokens', 'show', token.slice(0, 12)], schema: TokenView },
  {
    command: 'tokens create',
    argv: () => ['tokens', 'create', 'nightly', '--scope', 'builds:read', '--expires', '30d'],
    schema: NewTokenView,
  },
  {
    command: 'tokens revoke',
    argv: () => ['tokens', 'revoke', doomed],
    before: async ({ client }) => {
      doomed = idOf(await must(client, 'POST', '/v1/tokens', { name: 'old' }));
    },
    confirms: true,
    schema: z.strictObject({ token: z.string(), done: z.literal('revoked') }),
  },
];
