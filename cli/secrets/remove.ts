import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { done } from '../kit/done.ts';
import { repositoryOf } from '../kit/repository.ts';

export interface RemoveOptions {
  readonly repo?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** `bitflow secrets remove`. */
export async function removeSecrets(
  cli: Cli,
  names: readonly string[],
  { repo, yes }: RemoveOptions,
): Promise<void> {
  const id = await repositoryOf(cli, repo);
  const api = await cli.api();
  await confirm(cli, `Remove ${names.join(', ')} of ${id}, with every value?`, yes);
  for (const name of names) {
    await api.call('repositories.secrets.remove', { params: { id, name } });
    done(cli.screen, { secret: name, done: 'removed' }, `${name} is removed.`);
  }
}
