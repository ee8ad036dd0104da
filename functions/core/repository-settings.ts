import type { z } from 'zod';
import { Variables } from './build-config.ts';
import type { BuildRules } from './build-rules.ts';
import { UserError } from './errors.ts';
import type { Repository } from './repository.ts';

const MAX_SECRETS = 100;

/** A change of variables (RFC 7396, JSON Merge Patch): a value sets one, null removes it, the others stay. */
export interface VariablesPatch {
  readonly build?: Readonly<Record<string, string | null>> | undefined;
  readonly run?: Readonly<Record<string, string | null>> | undefined;
}

type Setting = 'clone_url' | 'default_branch' | 'root_directory' | 'builder_type' | 'badge_public';

/** Settings to change; what is undefined stays. The rules are changed as a whole; null: there are none any more. */
export type SettingsPatch = { readonly [Name in Setting]?: Repository[Name] | undefined } & {
  readonly rules?: BuildRules | null | undefined;
};

/** The repository with some settings changed. */
export function withSettings(repository: Repository, patch: SettingsPatch): Repository {
  return {
    ...repository,
    clone_url: patch.clone_url ?? repository.clone_url,
    default_branch: patch.default_branch ?? repository.default_branch,
    root_directory: patch.root_directory ?? repository.root_directory,
    builder_type: patch.builder_type ?? repository.builder_type,
    badge_public: patch.badge_public ?? repository.badge_public,
    rules: patch.rules === undefined ? repository.rules : (patch.rules ?? {}),
  };
}

/** The repository with these variables instead of all it had. Throws UserError('conflict') for the name of a secret. */
export function withVariables(repository: Repository, variables: Repository['variables']): Repository {
  for (const kind of ['build', 'run'] as const) {
    const name = Object.keys(variables[kind]).find((key) => Object.hasOwn(repository.secrets, key));
    if (name !== undefined)
      throw new UserError('conflict', `${name} is the name of a build secret: remove that first`);
  }
  return { ...repository, variables };
}

/** The repository with some variables changed. Throws UserError as `withVariables`, or where they are too many. */
export function withPatchedVariables(repository: Repository, patch: VariablesPatch): Repository {
  const { build, run } = repository.variables;
  return withVariables(repository, {
    build: merged('build', build, patch.build),
    run: merged('run', run, patch.run),
  });
}

function merged(kind: string, known: Variables, patch: VariablesPatch['build'] = {}): Variables {
  const entries = Object.entries({ ...known, ...patch }).filter(([, value]) => value !== null);
  const parsed = Variables.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const pathOf = (issue: z.core.$ZodIssue) => [kind, ...issue.path].join('.');
  const problems = parsed.error.issues.map((issue) => ({ path: pathOf(issue), message: issue.message }));
  throw new UserError('invalid_request', 'with this change, some variables would not be valid', { problems });
}

/**
 * The repository that knows of a secret whose value is about to be kept: the name comes first, so that no value
 * lies in Secret Manager that nobody knows of. Throws UserError('conflict') where it cannot have one of this name.
 */
export function withSecretNoted(repository: Repository, name: string, at: number): Repository {
  const { secrets, variables } = repository;
  if (Object.hasOwn(secrets, name)) return repository;
  if (Object.hasOwn(variables.build, name) || Object.hasOwn(variables.run, name))
    throw new UserError('conflict', `${name} is the name of a variable: remove that first`);
  if (Object.keys(secrets).length >= MAX_SECRETS)
    throw new UserError('conflict', `a repository may have ${MAX_SECRETS} secrets at most`);
  return { ...repository, secrets: { ...secrets, [name]: { created_at: at, updated_at: null } } };
}

/** The repository whose secret has the value that was just kept, also where somebody removed its name meanwhile. */
export function withSecretKept(repository: Repository, name: string, at: number): Repository {
  const created_at = repository.secrets[name]?.created_at ?? at;
  return { ...repository, secrets: { ...repository.secrets, [name]: { created_at, updated_at: at } } };
}

/** The repository without a secret that was removed; unchanged where it was set again meanwhile. */
export function withoutSecret(
  repository: Repository,
  name: string,
  removed: Repository['secrets'][string],
): Repository {
  if (repository.secrets[name]?.updated_at !== removed.updated_at) return repository;
  const { [name]: _, ...secrets } = repository.secrets;
  return { ...repository, secrets };
}
