import { z } from 'zod';
import { RegistryList, RegistryView } from '#core/api/registries.ts';
import { idOf, must, type World } from '../world.ts';
import type { Case } from './case.ts';

const PASSWORD = 'ghp_zW8qRt5yB1nM4kLp';
const url = 'ghcr.io/rockets';
/** Connects it, or sees to it that it is not. */
const connected = ({ client }: World) => client.request('POST', '/v1/registries', { kind: 'ghcr', url });
async function disconnected(world: World): Promise<void> {
  const known = z
    .object({ registries: z.array(z.object({ id: z.string(), url: z.string() })) })
    .parse(await must(world.client, 'GET', '/v1/registries'));
  const found = known.registries.find((one) => one.url === url);
  if (found !== undefined) await must(world.client, 'DELETE', `/v1/registries/${idOf(found)}`);
}

export const REGISTRIES: readonly Case[] = [
  { command: 'registries list', argv: () => ['registries', 'list'], schema: RegistryList },
  {
    command: 'registries show',
    argv: ({ registry }) => ['registries', 'show', registry.slice(0, 10)],
    schema: RegistryView,
  },
  {
    command: 'registries connect',
    argv: () => ['registries', 'connect', url, '--username', 'builds'],
    before: disconnected,
    secret: PASSWORD,
    schema: RegistryView,
  },
  {
    command: 'registries set-credential',
    argv: () => ['registries', 'set-credential', 'ghcr.io/acme', '--username', 'builds'],
    secret: PASSWORD,
    schema: z.strictObject({ registry: z.string(), done: z.literal('credential set') }),
  },
  {
    command: 'registries disconnect',
    argv: () => ['registries', 'disconnect', url],
    before: connected,
    confirms: true,
    schema: z.strictObject({ registry: z.string(), done: z.literal('disconnected') }),
  },
];
