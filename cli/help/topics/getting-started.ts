import { code, type Section, text } from '../page.ts';

export const gettingStarted: readonly Section[] = [
  {
    title: 'Sign in',
    blocks: [
      code('bitflow login --url https://builds.example.com', 'bitflow whoami'),
      text('Without a service of your own, `bitflow dev` starts one on this machine.'),
    ],
  },
  {
    title: 'Connect a repository',
    blocks: [
      text(
        'In its checkout. `bitflow plan` says what would be built, and needs no service. Without an app of your own, `bitflow repos init` writes a small one.',
      ),
      code('bitflow plan', 'bitflow repos connect'),
    ],
  },
  {
    title: 'Build',
    blocks: [
      text('Every push to the default branch, and every tag, is built from now on.'),
      code('git push', 'bitflow builds watch', 'bitflow images list'),
      text('What is there already, and other branches, are built where that is asked for:'),
      code('bitflow builds create --branch main --wait'),
    ],
  },
  {
    title: 'Say what a push means',
    blocks: [
      text(
        'Other branches, pull requests, several images of one repository and schedules: in a `bitflow.toml` at its top, or kept with it:',
      ),
      code('bitflow repos rules set rules.toml'),
      text('Why a push was not built:'),
      code('bitflow repos show', 'bitflow deliveries list'),
    ],
  },
];
