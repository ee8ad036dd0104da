import { Option } from '@commander-js/extra-typings';
import { command, group, limitOption, type Start, yesOption } from '../kit/command.ts';

const ofOption = () => new Option('--of <team>', 'of which team; left out: the one that you act for');

/** `bitflow teams members`. */
export const members = (start: Start) =>
  group('members', 'See and change who is in a team', [
    command('list', 'List the members of a team', [
      { use: 'bitflow teams members list', does: 'of the team that you act for' },
    ])
      .addOption(ofOption())
      .addOption(limitOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../teams/members.ts')).listMembers(cli, options)),
      ),
    command('set', 'Add somebody to a team, or change their role', [
      { use: 'bitflow teams members set grace@acme.example developer', does: 'whoever signs in so is in' },
    ])
      .argument('<email>', 'their e-mail address')
      .argument('<role>', 'viewer, developer or admin')
      .addOption(ofOption())
      .action((email, role, options, self) =>
        start(self, async (cli) =>
          (await import('../teams/members.ts')).setMember(cli, email, role, options),
        ),
      ),
    command('remove', 'Take somebody out of a team; the tokens that they made end', [
      { use: 'bitflow teams members remove grace@acme.example', does: 'asks first' },
    ])
      .argument('<email>', 'their e-mail address')
      .addOption(ofOption())
      .addOption(yesOption())
      .action((email, options, self) =>
        start(self, async (cli) => (await import('../teams/members.ts')).removeMember(cli, email, options)),
      ),
  ]);
