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
      text('In its checkout. `bitflow plan` says what would be built, and needs no service.'),
      code('bitflow plan', 'bitflow repos connect'),
    ],
  },
  {
    title: 'Build',
    blocks: [
      text('Every push builds from now on. What is there can be built at once:'),
      code('bitflow builds create --branch main --wait', 'bitflow images list'),
    ],
  },
];
