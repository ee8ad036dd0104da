import { z } from 'zod';
import type { Case } from './case.ts';

const Value = z.string().nullable();

/** A page of the help, for programs. */
const HelpPage = z.object({
  name: z.literal('exit-codes'),
  summary: z.string(),
  sections: z.array(
    z.strictObject({ title: z.string(), blocks: z.array(z.looseObject({ kind: z.string() })) }),
  ),
});

/** The settings, of somebody whose files are their own. */
export const CONFIG: readonly Case[] = [
  {
    command: 'config set',
    argv: ({ team }) => ['config', 'set', 'team', team],
    schema: z.strictObject({ setting: z.literal('team'), value: z.string(), done: z.literal('set') }),
  },
  {
    command: 'config get',
    argv: () => ['config', 'get', 'team'],
    schema: z.strictObject({ name: z.literal('team'), value: z.string(), from: z.string() }),
  },
  {
    command: 'config list',
    argv: () => ['config'],
    columns: 140,
    schema: z.strictObject({
      settings: z.array(z.strictObject({ name: z.string(), value: Value, from: Value, problem: Value })),
      token: z.strictObject({ from: Value }),
      files: z.strictObject({ config: z.string(), credentials: z.string() }),
    }),
  },
  {
    command: 'config unset',
    argv: () => ['config', 'unset', 'team'],
    schema: z.strictObject({ setting: z.literal('team'), done: z.literal('removed') }),
  },
  { command: 'help', argv: () => ['help', 'exit-codes'], schema: HelpPage },
];
