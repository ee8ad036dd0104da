import { type Section, terms, text } from '../page.ts';

export const signingIn: readonly Section[] = [
  {
    title: 'People',
    blocks: [
      text(
        '`bitflow login` opens a page of the service, where you sign in and confirm the code that the terminal shows. `bitflow whoami` says who you are then, and for which team you act; who is in several says which with `--team`, `BITFLOW_TEAM`, or `bitflow config set team`.',
      ),
    ],
  },
  {
    title: 'Programs',
    blocks: [
      text(
        'A CI job has a token of its own (`bitflow tokens create`), in `BITFLOW_TOKEN`, or given to `bitflow login` on standard input. A token is never an argument: everybody on the machine can read those.',
      ),
    ],
  },
  {
    title: 'Where a token goes',
    blocks: [
      terms([
        {
          term: 'kept',
          text: 'in `credentials.json`, which only its owner can read, under the address of the service that gave it',
        },
        {
          term: 'sent',
          text: 'to that address alone, over https (over http only to this very machine), and after no redirect',
        },
        { term: 'shown', text: 'never: not in errors, not with `--verbose`, not by `bitflow config`' },
      ]),
    ],
  },
];
