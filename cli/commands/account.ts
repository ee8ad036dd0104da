import { command, type Start } from '../kit/command.ts';

export const login = (start: Start) =>
  command(
    'login',
    'Sign in to a service, by a browser or with a token',
    [
      { use: 'bitflow login --url https://builds.example.com', does: 'confirm a code in the browser' },
      { use: 'bitflow login --no-browser', does: 'on a machine without one: confirm on another' },
      { use: 'bitflow login --with-token < token.txt', does: 'keep an API token that you have' },
    ],
    { see: ['signing-in', 'config set', 'getting-started'] },
  )
    .description(
      'Sign in to a service. A code is shown, and a page of the service opened, where you say who you are (Google or ' +
        'GitHub), compare the code and let this terminal in. What it gets is an API token of yours, good for 90 days; ' +
        'it is kept in a file that only you can read, and never shown. The service is remembered for other commands.',
    )
    .option('--with-token', 'read an API token from standard input, or have it typed unseen')
    .option('--no-browser', 'show the address, and open nothing')
    .action((options, self) =>
      start(self, async (cli) => (await import('../account/login.ts')).login(cli, options)),
    );

export const logout = (start: Start) =>
  command(
    'logout',
    'Sign out: revoke the token of this machine, and forget it',
    [{ use: 'bitflow logout', does: 'of the service that is set' }],
    { see: ['signing-in'] },
  )
    .description(
      'Sign out. The service revokes the token, and with it the tokens that were made with it; then it is forgotten ' +
        'here, also where the service cannot be told.',
    )
    .action((_, self) => start(self, async (cli) => (await import('../account/logout.ts')).logout(cli)));

export const whoami = (start: Start) =>
  command(
    'whoami',
    'Say who you are to the service, and what you may do',
    [
      { use: 'bitflow whoami', does: 'who is signed in, where, and with which token' },
      { use: 'bitflow whoami --json | jq -r .acting_for.team', does: 'the team that commands act for' },
    ],
    { see: ['signing-in', 'config list'] },
  ).action((_, self) => start(self, async (cli) => (await import('../account/whoami.ts')).whoami(cli)));
