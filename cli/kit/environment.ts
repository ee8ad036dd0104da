/** An environment variable that the command reads. */
export interface Variable {
  readonly name: string;
  readonly about: string;
}

/** All of them, for `bitflow help environment` and docs/cli.md. A test holds it against the code. */
export const VARIABLES: readonly Variable[] = [
  { name: 'BITFLOW_URL', about: 'The address of the service, as `--url`.' },
  { name: 'BITFLOW_TEAM', about: 'The team to act for, as `--team`.' },
  {
    name: 'BITFLOW_TOKEN',
    about: 'The token to sign in with, in place of the one that `bitflow login` kept. For CI jobs.',
  },
  { name: 'NO_COLOR', about: 'Where it is set and not empty: no colours (no-color.org), as `--no-color`.' },
  {
    name: 'FORCE_COLOR',
    about: 'Colours also where there is no terminal; with `0` none (force-color.org).',
  },
  { name: 'TERM', about: 'With `dumb`: no colours, and nothing that moves.' },
  { name: 'XDG_CONFIG_HOME', about: 'Where the files are kept, in a folder `bitflow`.' },
  { name: 'APPDATA', about: 'The same on Windows.' },
  { name: 'HOME', about: 'Its `.config` is where the files are kept if neither is set.' },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    about:
      'A file with further certificates to trust (PEM), where the service has one of a company of its own.',
  },
];
