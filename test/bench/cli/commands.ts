import { join } from 'node:path';
import type { Machine } from '#local/machine.ts';

/** The sample apps that nixpacks plans. */
export const APPS = ['node', 'python', 'go', 'static'] as const;

/** A command line whose time is taken. */
export interface Timed {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The same by hand: what its time is also divided by. Null: there is no such thing. */
  readonly byHand: string | null;
}

export const ZERO = 'node -e 0';

interface Place {
  /** The bundled command. */
  readonly bundle: string;
  readonly machine: Pick<Machine, 'nixpacks' | 'baseImages'>;
  /** A folder without settings or tokens. */
  readonly home: string;
  /** The sample apps, each a repository of its own, as their users have them. */
  readonly apps: string;
  /** Signed in to a service. */
  readonly env: Readonly<Record<string, string>>;
}

/** What is measured: nothing at all, help, a list from a service, and the plan of each sample app, also by hand. */
export function commandsOf({ bundle, machine, home, apps, env }: Place): readonly Timed[] {
  const bare = { PATH: process.env.PATH ?? '', HOME: home };
  const bitflow = (args: readonly string[], byHand: string | null = null): Timed => ({
    name: `bitflow ${args.map((arg) => arg.replace(`${apps}/`, '')).join(' ')}`,
    file: process.execPath,
    args: [bundle, ...args],
    env: {
      ...bare,
      ...env,
      BITFLOW_NIXPACKS: machine.nixpacks,
      BITFLOW_PLAN_OVERLAY: machine.baseImages?.overlay ?? '',
    },
    byHand,
  });
  return [
    { name: ZERO, file: process.execPath, args: ['-e', '0'], env: bare, byHand: null },
    bitflow(['--help']),
    bitflow(['builds', 'list']),
    ...APPS.flatMap((app) => {
      const folder = join(apps, app);
      const name = `nixpacks plan ${app}`;
      return [
        { name, file: machine.nixpacks, args: ['plan', folder], env: bare, byHand: null },
        bitflow(['plan', folder], name),
      ];
    }),
  ];
}
