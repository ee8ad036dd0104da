import { BuilderTypeList, BuildList, BuildView } from '#core/api/builds.ts';
import { DeliveryView } from '#core/api/deliveries.ts';
import { QueueStatsView } from '#core/api/queue.ts';
import type { Case } from './case.ts';

export const BUILDS: readonly Case[] = [
  { command: 'builds list', argv: () => ['builds', 'list'], schema: BuildList, columns: 100 },
  {
    command: 'builds list',
    about: 'none',
    argv: () => ['builds', 'list', '-s', 'failed'],
    schema: BuildList,
  },
  {
    command: 'builds show',
    about: 'by a shortened id',
    argv: ({ build }) => ['builds', 'show', build.slice(2, 14)],
    schema: BuildView,
  },
  { command: 'builds show', about: 'the newest', argv: () => ['builds', 'show'], schema: BuildView },
  { command: 'builds watch', argv: ({ build }) => ['builds', 'watch', build], schema: BuildView },
  {
    command: 'builds cancel',
    about: 'too late',
    argv: ({ build }) => ['builds', 'cancel', build],
    schema: null,
    code: 1,
  },
  {
    command: 'builds approve',
    about: 'too late',
    argv: ({ build }) => ['builds', 'approve', build],
    schema: null,
    code: 1,
  },
  { command: 'builds show', about: 'none', argv: () => ['builds', 'show', 'nothing'], schema: null, code: 2 },
  { command: 'builds builders', argv: () => ['builds', 'builders'], schema: BuilderTypeList },
  { command: 'queue', argv: () => ['queue'], schema: QueueStatsView },
];

/** Those that make further builds: after all that looks at what there is. */
export const BUILDS_MADE: readonly Case[] = [
  {
    command: 'deliveries replay',
    argv: ({ delivery }) => ['deliveries', 'replay', delivery],
    schema: DeliveryView,
  },
  { command: 'builds create', argv: () => ['builds', 'create'], schema: BuildView },
  { command: 'builds retry', argv: ({ build }) => ['builds', 'retry', build], schema: BuildView },
];
