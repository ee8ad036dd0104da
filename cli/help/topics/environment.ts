import { VARIABLES } from '../../kit/environment.ts';
import { type Section, terms, text } from '../page.ts';

export const environment: readonly Section[] = [
  {
    title: 'Environment variables',
    blocks: [
      text('An option goes before its variable, and a variable before the config file.'),
      terms(VARIABLES.map(({ name, about }) => ({ term: name, text: about }))),
    ],
  },
  {
    title: 'Files',
    blocks: [
      text('In `$XDG_CONFIG_HOME/bitflow`, else `~/.config/bitflow`, and on Windows `%APPDATA%\\bitflow`:'),
      terms([
        { term: 'config.json', text: 'The settings that `bitflow config set` keeps.' },
        {
          term: 'credentials.json',
          text: 'The tokens that `bitflow login` keeps, by the service that gave them. Only its owner can read it (mode 0600).',
        },
      ]),
    ],
  },
];
