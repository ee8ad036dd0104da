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
  { name: 'CI', about: 'Where it is set: `bitflow login` opens no browser.' },
  { name: 'SSH_CONNECTION', about: 'The same: the browser would open on the other machine.' },
  { name: 'TERM', about: 'With `dumb`: no colours, and nothing that moves.' },
  { name: 'XDG_CONFIG_HOME', about: 'Where the files are kept, in a folder `bitflow`.' },
  { name: 'APPDATA', about: 'The same on Windows.' },
  { name: 'HOME', about: 'Its `.config` is where the files are kept if neither is set.' },
  {
    name: 'BITFLOW_CHECKOUT',
    about: 'The checkout of BitFlow that `bitflow dev` and `bitflow demo` run, in place of this folder.',
  },
  {
    name: 'BITFLOW_NIXPACKS',
    about: 'The nixpacks that `bitflow plan` plans with, in place of one on the PATH.',
  },
  {
    name: 'BITFLOW_PLAN_OVERLAY',
    about:
      'A file that replaces parts of the plans of nixpacks, where there is no Nix archive (docs/planning.md).',
  },
  {
    name: 'BUILDKIT_HOST',
    about: 'The BuildKit that `bitflow plan --build` builds with, as buildctl takes it.',
  },
  {
    name: 'DOCKER_HOST',
    about:
      'Without it: the container engine in which a BuildKit is started. Also DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.',
  },
  {
    name: 'BUILDER_IMAGE',
    about: 'What that BuildKit is started from, in place of the image that the service uses.',
  },
  {
    name: 'BITFLOW_INSECURE_REGISTRIES',
    about: 'Registries (host:port, with commas) that are spoken to over http while building here.',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    about:
      'A file with further certificates to trust (PEM), where the service has one of a company of its own.',
  },
];
