import { command, type Start } from '../kit/command.ts';

export const whoami = (start: Start) =>
  command('whoami', 'Say who you are to the service, and what you may do', [
    { use: 'bitflow whoami', does: 'who is signed in, and where' },
    { use: 'bitflow whoami --json | jq -r .acting_for.team', does: 'the team that commands act for' },
  ]).action((_, self) => start(self, async (cli) => (await import('../account/whoami.ts')).whoami(cli)));
