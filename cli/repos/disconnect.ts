import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { done } from '../kit/done.ts';
import { repositoryOf } from '../kit/repository.ts';

/** `bitflow repos disconnect`. */
export async function disconnectRepository(
  cli: Cli,
  given: string | undefined,
  { yes }: { readonly yes?: boolean | undefined },
): Promise<void> {
  const id = await repositoryOf(cli, given);
  const api = await cli.api();
  const { full_name: repository } = (await api.call('repositories.get', { params: { id } })).value;
  const question = `Disconnect ${repository}, its webhook, variables and secrets? Its builds and images stay.`;
  await confirm(cli, question, yes);
  await api.call('repositories.disconnect', { params: { id } });
  done(cli.screen, { repository, done: 'disconnected' }, `${repository} is disconnected.`);
}
