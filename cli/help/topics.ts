import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Section } from './page.ts';

/** A subject that is no command's own. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  /** Its text: nothing of it is loaded for anything else. */
  readonly sections: (program: CommandUnknownOpts) => Promise<readonly Section[]>;
}

/** The topics there are, in the order in which help and docs/cli.md show them.  */
export const TOPICS: readonly Topic[] = [
  {
    name: 'getting-started',
    summary: 'From nothing to the first image',
    sections: async () => (await import('./topics/getting-started.ts')).gettingStarted,
  },
  {
    name: 'options',
    summary: 'The options that every command takes',
    sections: async (program) => (await import('./topics/options.ts')).options(program),
  },
  {
    name: 'environment',
    summary: 'Environment variables, and the files that are kept',
    sections: async () => (await import('./topics/environment.ts')).environment,
  },
  {
    name: 'ids',
    summary: 'How builds, repositories and images are named',
    sections: async () => (await import('./topics/ids.ts')).ids,
  },
  {
    name: 'json',
    summary: 'Output for programs, and what stays as it is',
    sections: async () => (await import('./topics/json.ts')).json,
  },
  {
    name: 'exit-codes',
    summary: 'What the exit code says',
    sections: async () => (await import('./topics/exit-codes.ts')).exitCodes,
  },
  {
    name: 'errors',
    summary: 'The errors of the service, by their codes',
    sections: async () => (await import('./topics/errors.ts')).errors,
  },
  {
    name: 'signing-in',
    summary: 'People, tokens, and where a token is kept',
    sections: async () => (await import('./topics/signing-in.ts')).signingIn,
  },
  {
    name: 'scripts',
    summary: 'The command in CI jobs and scripts',
    sections: async () => (await import('./topics/scripts.ts')).scripts,
  },
];
