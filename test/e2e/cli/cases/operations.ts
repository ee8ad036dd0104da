import { AuditList } from '#core/api/audit-log.ts';
import { DeadLetterList, DeadLetterView } from '#core/api/dead-letters.ts';
import { DeliveryDetailsView, DeliveryList } from '#core/api/deliveries.ts';
import { must } from '../world.ts';
import type { Case } from './case.ts';

/** What those look at who keep it running. */
export const OPERATIONS: readonly Case[] = [
  {
    command: 'audit',
    argv: () => ['audit', '--limit', '1'],
    columns: 140,
    before: ({ client, team }) => must(client, 'PATCH', `/v1/teams/${team}`, { name: 'Rockets' }),
    schema: AuditList,
  },
  {
    command: 'deliveries list',
    argv: () => ['deliveries', 'list', '--verdict', 'accepted', '--limit', '1'],
    columns: 140,
    schema: DeliveryList,
  },
  {
    command: 'deliveries show',
    argv: ({ delivery }) => ['deliveries', 'show', delivery.slice(0, 12)],
    schema: DeliveryDetailsView,
  },
  {
    command: 'dead-letters list',
    argv: () => ['dead-letters', 'list'],
    columns: 140,
    schema: DeadLetterList,
  },
  {
    command: 'dead-letters replay',
    argv: ({ deadLetter }) => ['dead-letters', 'replay', deadLetter.slice(0, 12)],
    schema: DeadLetterView,
  },
];
