import { z } from 'zod';
import { fixedCredential, impersonatedCredentials } from '#adapters/registry/credentials.ts';
import type { Secret } from '#core/secret.ts';
import { TeamId } from '#core/team.ts';
import type { ExchangeDeps } from '#use-cases/exchange.ts';

/**
 * The accounts that write to a team's registries. `trusted`: to its staging and its cache. `forks`: to its staging
 * alone, since main's builds read the cache.
 */
const Writers = z.strictObject({ trusted: z.email(), forks: z.email() });

/** The accounts of each team that has registries, by its registry prefix. One that two had would let one into the other's. */
export const TeamWriters = z
  .string()
  .transform((text, context) => {
    try {
      const parsed: unknown = JSON.parse(text);
      return parsed;
    } catch {
      context.addIssue('must be JSON: {"PREFIX": {"trusted": EMAIL, "forks": EMAIL}}');
      return z.NEVER;
    }
  })
  .pipe(z.record(TeamId, Writers))
  .refine((teams) => {
    const accounts = Object.values(teams).flatMap(({ trusted, forks }) => [trusted, forks]);
    return new Set(accounts).size === accounts.length;
  }, 'names an account twice: each team has two of its own');

interface WritersEnv {
  readonly TEAM_WRITERS?: z.infer<typeof TeamWriters> | undefined;
  readonly BUILDER_REGISTRY_USERNAME?: string | undefined;
  readonly BUILDER_REGISTRY_PASSWORD?: Secret | undefined;
  readonly BUILDER_FORK_REGISTRY_USERNAME?: string | undefined;
  readonly BUILDER_FORK_REGISTRY_PASSWORD?: Secret | undefined;
}

/** The users of a registry that is not Artifact Registry, where both are given. */
export function fixedUsers(env: WritersEnv) {
  const { BUILDER_REGISTRY_USERNAME: user, BUILDER_REGISTRY_PASSWORD: password } = env;
  const { BUILDER_FORK_REGISTRY_USERNAME: forkUser, BUILDER_FORK_REGISTRY_PASSWORD: forkPassword } = env;
  if (!user || !password || !forkUser || !forkPassword) return null;
  return { trusted: fixedCredential(user, password), forks: fixedCredential(forkUser, forkPassword) };
}

/** Which teams builders can push for, and as whom they do. */
export function registryWriters(
  env: WritersEnv,
  tokenOf = impersonatedCredentials(),
): Pick<ExchangeDeps, 'provisioned' | 'registryCredential'> {
  const fixed = fixedUsers(env);
  if (fixed !== null) {
    const registryCredential = (_: string, trusted: boolean) => (trusted ? fixed.trusted() : fixed.forks());
    return { provisioned: null, registryCredential };
  }
  const teams = new Map(Object.entries(env.TEAM_WRITERS ?? {}));
  return {
    provisioned: new Set(teams.keys()),
    registryCredential: async (prefix, trusted) => {
      const writers = teams.get(prefix);
      if (writers === undefined) throw new Error(`nobody writes for ${prefix}`);
      return tokenOf(trusted ? writers.trusted : writers.forks);
    },
  };
}
