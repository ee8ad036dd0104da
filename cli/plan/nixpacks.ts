import { run } from '#builder/adapters/process.ts';
import { NixpacksVersion } from '#core/build-config.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';
import { readMachine } from './machine.ts';
import { onThePath } from './on-the-path.ts';

/** The version that the service plans with, and how nixpacks is installed (nixpacks.com/docs/install). */
const [PINNED] = NixpacksVersion.options;
const INSTALL = `cargo install nixpacks --version ${PINNED} --locked`;

/**
 * The nixpacks of this machine: `BITFLOW_NIXPACKS`, else of those on the PATH and of a local service's set-up the
 * first that has the service's version. Another version is used where there is no such, with a warning. Throws
 * CliError where there is none.
 */
export async function findNixpacks(cli: Cli): Promise<string> {
  const found: { readonly path: string; readonly version: string }[] = [];
  for (const path of await candidates(cli)) {
    const version = await versionOf(cli, path);
    if (version === null) continue;
    if (version === PINNED) return path;
    found.push({ path, version });
  }
  const [other] = found;
  if (other === undefined) throw none(cli.around.env.BITFLOW_NIXPACKS);
  const { path, version } = other;
  cli.screen.warn(
    `warning: ${path} is nixpacks ${clean(version)}, and the service has ${PINNED}: its plan may differ (${INSTALL})`,
  );
  return path;
}

async function candidates({ around: { env } }: Cli): Promise<string[]> {
  if (env.BITFLOW_NIXPACKS) return [env.BITFLOW_NIXPACKS];
  const machine = await readMachine(env);
  const onPath = await onThePath('nixpacks', env.PATH);
  return [...(onPath === null ? [] : [onPath]), ...(machine === null ? [] : [machine.nixpacks])];
}

/** What `nixpacks --version` says; null where it cannot be started. */
async function versionOf({ around: { env, cwd }, signal }: Cli, file: string): Promise<string | null> {
  const started = run({
    file,
    args: ['--version'],
    cwd,
    env: { PATH: env.PATH ?? '' },
    account: null,
    signal,
  });
  const ended = await started.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  });
  return ended?.code === 0 ? (/^nixpacks (\S+)/.exec(ended.stdout)?.[1] ?? null) : null;
}

function none(named: string | undefined): CliError {
  const what = named
    ? `BITFLOW_NIXPACKS names ${clean(named)}, which is no nixpacks`
    : 'this app is planned by nixpacks, and there is no nixpacks on this machine';
  const next = `Install it: ${INSTALL} (or let the service plan what is pushed: bitflow plan --remote)`;
  return new CliError(EXIT.failed, what, next, { code: 'nixpacks_missing' });
}
