import { log } from '#adapters/log.ts';
import type { Disconnection } from '#core/disconnection.ts';

/** Says which webhook stays at its host after its repository was disconnected: somebody has to remove it by hand. */
export function onLeftAtHost(note: Disconnection, error: unknown): void {
  const { platform, full_name: repository, webhook } = note;
  log('WARNING', 'a webhook could not be taken away at its host', { platform, repository, webhook, error });
}
