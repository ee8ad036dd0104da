import { z } from 'zod';
import { ConnectedView, RepositoryList, RepositoryView, RotatedView } from '#core/api/repositories.ts';
import { ScheduleList } from '#core/api/schedules.ts';
import { BuildRules } from '#core/build-rules.ts';
import type { World } from '../world.ts';
import type { Case } from './case.ts';

const forget = ({ client, elsewhere: { repository } }: World) =>
  client.request('DELETE', `/v1/repositories/${encodeURIComponent(repository)}`);

const elsewhere = ({ elsewhere: { dir } }: World) => dir;

export const REPOS: readonly Case[] = [
  { command: 'repos list', argv: () => ['repos', 'list'], schema: RepositoryList },
  { command: 'repos show', argv: () => ['repos', 'show'], schema: RepositoryView },
  {
    command: 'repos show',
    about: 'one that is not there',
    argv: () => ['repos', 'show', 'acme/nothing'],
    schema: null,
    code: 4,
  },
  {
    command: 'repos connect',
    about: 'the host is not said',
    argv: () => ['repos', 'connect'],
    cwd: elsewhere,
    schema: null,
    code: 2,
  },
  {
    command: 'repos connect',
    argv: () => ['repos', 'connect', '--platform', 'github', '--default-branch', 'trunk'],
    cwd: elsewhere,
    before: forget,
    schema: ConnectedView,
  },
  {
    command: 'repos change',
    argv: ({ elsewhere: { repository } }) => ['repos', 'change', repository, '--builder', 'dockerfile'],
    schema: RepositoryView,
  },
  {
    command: 'repos connect',
    about: 'once more, with a token',
    argv: () => ['repos', 'connect', '--platform', 'github', '--token'],
    cwd: elsewhere,
    secret: 'ghp_of_nobody',
    schema: null,
    code: 1,
  },
  {
    command: 'repos rules set',
    argv: () => ['repos', 'rules', 'set', 'rules.toml'],
    cwd: elsewhere,
    schema: BuildRules,
  },
  {
    command: 'repos rules show',
    argv: () => ['repos', 'rules', 'show'],
    cwd: elsewhere,
    schema: BuildRules,
  },
  {
    command: 'repos disconnect',
    argv: () => ['repos', 'disconnect'],
    cwd: elsewhere,
    before: async (world) => {
      await forget(world);
      const { client, elsewhere: other, info } = world;
      await client.connect(other.repository, `${info.git}/${other.repository}.git`);
    },
    confirms: true,
    schema: z.strictObject({ repository: z.string(), done: z.literal('disconnected') }),
  },
  {
    command: 'repos badge',
    argv: () => ['repos', 'badge', '--markdown'],
    schema: z.strictObject({
      repository: z.string(),
      url: z.url(),
      markdown: z.string(),
      svg: z.string().startsWith('<svg'),
    }),
  },
  {
    command: 'repos schedules',
    argv: () => ['repos', 'schedules'],
    schema: ScheduleList,
  },
  {
    command: 'repos rotate-webhook-secret',
    argv: () => ['repos', 'rotate-webhook-secret', '--overlap', '0'],
    confirms: true,
    schema: RotatedView,
  },
];
