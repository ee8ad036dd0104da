import type { Cli } from '../kit/cli.ts';
import { clean } from '../kit/text.ts';
import { tellTeam } from './show.ts';

export interface CreateOptions {
  readonly admin: string;
  readonly name?: string | undefined;
  readonly registryPrefix?: string | undefined;
}

/** `bitflow teams create`. */
export async function createTeam(cli: Cli, id: string, options: CreateOptions): Promise<void> {
  const { admin, name = id, registryPrefix } = options;
  const { value, raw } = await (await cli.api()).call('teams.create', {
    body: { id, name, admin, registry_prefix: registryPrefix },
  });
  tellTeam(cli, value, raw);
  cli.screen.note(`Made. Whoever signs in as ${admin} is its admin: nobody was sent a mail.`);
  if (value.provisioned) return;
  cli.screen.note(
    `Its builds are refused until it has registries: add ${clean(value.registry_prefix)} to teams in the environment’s tfvars file, and deploy.`,
  );
}
