import { Role } from '#core/access.ts';
import { choice } from '../kit/choice.ts';
import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { done } from '../kit/done.ts';
import { listing } from '../kit/listing.ts';
import { pages } from '../kit/pages.ts';
import { when } from '../kit/when.ts';
import { teamOf } from './which.ts';

/** Of which team; left out: the one that is acted for. */
interface OfTeam {
  readonly of?: string | undefined;
}

/** `bitflow teams members list`. */
export async function listMembers(
  cli: Cli,
  { of, limit }: OfTeam & { readonly limit: number },
): Promise<void> {
  const api = await cli.api();
  const { screen } = cli;
  const params = { id: await teamOf(api, of) };
  listing(
    screen,
    await pages(limit, 'members', (page) => api.call('teams.members.list', { params, query: page })),
    [
      { title: 'e-mail', flexible: true, of: ({ email }) => email },
      { title: 'role', of: ({ role }) => role },
      { title: 'added by', flexible: true, of: ({ added_by }) => added_by },
      { title: 'added', of: ({ created_at }) => when(screen, created_at) },
    ],
    'It has no members.',
  );
}

/** `bitflow teams members set`. */
export async function setMember(cli: Cli, email: string, given: string, { of }: OfTeam): Promise<void> {
  const role = choice(Role, given, 'the role');
  const api = await cli.api();
  const id = await teamOf(api, of);
  const { raw } = await api.call('teams.members.set', { params: { id, email }, body: { role } });
  if (cli.screen.json) return cli.screen.value(raw);
  cli.screen.line(`${email} is ${role} of ${id} now. Nobody was sent a mail.`);
}

/** `bitflow teams members remove`. */
export async function removeMember(
  cli: Cli,
  email: string,
  { of, yes }: OfTeam & { readonly yes?: boolean | undefined },
): Promise<void> {
  const api = await cli.api();
  const id = await teamOf(api, of);
  await confirm(cli, `Remove ${email} from ${id}, and revoke the tokens that they made?`, yes);
  await api.call('teams.members.remove', { params: { id, email } });
  done(cli.screen, { member: email, team: id, done: 'removed' }, `${email} is no longer in ${id}.`);
}
