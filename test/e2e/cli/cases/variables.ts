import { join } from 'node:path';
import { VariablesView } from '#core/api/repositories.ts';
import { must, type World } from '../world.ts';
import type { Case } from './case.ts';

const put = ({ client, repository }: World) =>
  must(client, 'PUT', `/v1/repositories/${encodeURIComponent(repository)}/variables`, {
    build: { CI: '1' },
    run: { LOG_LEVEL: 'info' },
  });

export const VARIABLES: readonly Case[] = [
  { command: 'variables list', about: 'none', argv: () => ['variables', 'list'], schema: VariablesView },
  {
    command: 'variables set',
    argv: () => ['variables', 'set', 'LOG_LEVEL=info', 'EMPTY=', '--run'],
    schema: VariablesView,
  },
  {
    command: 'variables set',
    about: 'of a file',
    argv: ({ elsewhere: { dir } }) => [
      'variables',
      'set',
      '--from-file',
      join(dir, '.env'),
      '--build',
      '--run',
    ],
    schema: VariablesView,
  },
  { command: 'variables list', argv: () => ['variables', 'list'], schema: VariablesView, narrow: true },
  {
    command: 'variables remove',
    argv: () => ['variables', 'remove', 'LOG_LEVEL'],
    before: put,
    confirms: true,
    schema: VariablesView,
  },
  {
    command: 'variables replace',
    argv: ({ elsewhere: { dir } }) => ['variables', 'replace', join(dir, 'variables.json')],
    confirms: true,
    schema: VariablesView,
  },
];
