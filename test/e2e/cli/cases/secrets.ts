import { join } from 'node:path';
import { z } from 'zod';
import { SecretList } from '#core/api/repositories.ts';
import { must, type World } from '../world.ts';
import type { Case } from './case.ts';

const put = ({ client, repository }: World) =>
  must(client, 'PUT', `/v1/repositories/${encodeURIComponent(repository)}/secrets/NPM_TOKEN`, {
    value: 'old',
  });
const done = (what: string) => z.strictObject({ secret: z.string(), done: z.literal(what) });

export const SECRETS: readonly Case[] = [
  { command: 'secrets list', about: 'none', argv: () => ['secrets', 'list'], schema: SecretList },
  {
    command: 'secrets set',
    argv: () => ['secrets', 'set', 'NPM_TOKEN'],
    secret: 'npm_zW8qRt5yB1nM4kLp',
    schema: done('set'),
  },
  {
    command: 'secrets set',
    about: 'of a file',
    argv: ({ elsewhere: { dir } }) => ['secrets', 'set', 'NETRC', '--from-file', join(dir, 'value.txt')],
    schema: done('set'),
  },
  { command: 'secrets list', argv: () => ['secrets', 'list'], schema: SecretList, narrow: true },
  {
    command: 'secrets remove',
    argv: () => ['secrets', 'remove', 'NPM_TOKEN'],
    before: put,
    confirms: true,
    schema: done('removed'),
  },
];
