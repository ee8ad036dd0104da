import { UserError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import type { Team } from '#core/team.ts';

/** What of a request for a build depends on the team that asks. */
export interface TeamWishes {
  readonly timeout_s?: number | undefined;
  /** `host/path`. */
  readonly registry?: string | undefined;
}

/** Throws UserError('refused') where a request asks for more than the team has, with what would be accepted. */
export async function checkRequest(
  store: Pick<Store, 'registries'>,
  team: Team,
  { timeout_s, registry }: TeamWishes,
): Promise<void> {
  const { build_timeout_s: most } = team.limits;
  if (timeout_s !== undefined && timeout_s > most) {
    throw refused('build_timeout', `may be ${most} at most for this team`);
  }
  if (registry === undefined) return;
  const registries = await store.registries.list(team.id);
  const known = registries.find(({ url }) => url === registry);
  if (known === undefined) throw refused('registry_url', accepted(registries.map(({ url }) => url)));
  if (known.credential_at === null) {
    throw refused('registry_url', `has no credential yet: PUT /v1/registries/${known.id}/credential`);
  }
}

function accepted(urls: readonly string[]): string {
  const others = urls.length === 0 ? 'it has none' : `it has ${urls.join(', ')}`;
  return `is not a registry of the team (${others}); leave it out for the installation's own`;
}

function refused(field: string, message: string): UserError {
  const path = `build_config.${field}`;
  return new UserError('refused', `${path} ${message}`, { problems: [{ path, message }] });
}
