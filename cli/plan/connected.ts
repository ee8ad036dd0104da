import type { BuilderType } from '#core/build.ts';
import type { Variables } from '#core/build-config.ts';
import type { Cli } from '../kit/cli.ts';

/** What the service keeps about a repository, as far as it decides about a plan. */
export interface Connected {
  /** As the service calls it; null: it was not asked. */
  readonly repository: string | null;
  readonly rootDirectory: string | null;
  readonly builder: BuilderType;
  readonly variables: { readonly build: Variables; readonly run: Variables };
  readonly secretNames: readonly string[];
}

export const NOT_CONNECTED: Connected = {
  repository: null,
  rootDirectory: null,
  builder: 'auto',
  variables: { build: {}, run: {} },
  secretNames: [],
};

/** Asks the service for a repository's settings, by `owner/name` or id. */
export async function readConnected(cli: Cli, id: string): Promise<Connected> {
  const api = await cli.api();
  const params = { id };
  const [{ value: repository }, { value: variables }] = await Promise.all([
    api.call('repositories.get', { params }),
    api.call('repositories.variables.get', { params }),
  ]);
  return {
    repository: repository.full_name,
    rootDirectory: repository.root_directory,
    builder: repository.builder_type,
    variables,
    secretNames: repository.secret_names,
  };
}
