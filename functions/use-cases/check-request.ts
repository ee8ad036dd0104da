import { type BuildConfig, isOrder, Variables } from '#core/build-config.ts';
import { UserError } from '#core/errors.ts';
import type { Store } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import type { Team } from '#core/team.ts';
import { configOf } from './new-build.ts';

/** What of a request for a build depends on the team that asks and on the repository. */
export interface Wishes {
  readonly timeout_s?: number | undefined;
  /** `host/path`. */
  readonly registry?: string | undefined;
  readonly config?: Partial<BuildConfig>;
}

/**
 * Throws UserError('refused') where a request asks for more than the team has, or for variables that a build of
 * this repository cannot have, with what would be accepted.
 */
export async function checkRequest(
  store: Pick<Store, 'registries'>,
  team: Team,
  repository: Repository,
  { timeout_s, registry, config = {} }: Wishes,
): Promise<void> {
  checkVariables(repository, config);
  const { build_timeout_s: most } = team.limits;
  if (timeout_s !== undefined && timeout_s > most) {
    throw refused('build_timeout', `may be ${most} at most for this team`);
  }
  if (registry === undefined) return;
  const registries = await store.registries.list(team.id);
  const known = registries.find(({ url }) => url === registry);
  if (known === undefined) throw refused('registry_url', accepted(registries.map(({ url }) => url)));
  if (known.credential_at === null) {
    throw refused('registry_url', `has no credential yet: set that of the registry ${known.id} first`);
  }
}

/** What the builder would refuse, and what together with the repository's own would be too much for a build. */
function checkVariables(repository: Repository, config: Partial<BuildConfig>): void {
  const together = configOf(repository, config);
  for (const kind of ['environment', 'build_args'] as const) {
    for (const name of Object.keys(config[kind] ?? {})) {
      const field = `${kind}.${name}`;
      if (Object.hasOwn(repository.secrets, name)) throw refused(field, 'has the name of a build secret');
      if (kind === 'build_args' && isOrder(name))
        throw refused(field, 'cannot be the name of a build argument');
    }
    const { error } = Variables.safeParse(together[kind]);
    if (error) throw refused(kind, `with the repository's own, ${error.issues[0]?.message}`);
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
