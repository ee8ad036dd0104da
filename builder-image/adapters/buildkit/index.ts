import { stat } from 'node:fs/promises';
import type { MachineEnv } from '../../env.ts';
import { BuildFailure } from '../../failure.ts';
import type { BuildGrant } from '../../grant.ts';
import type { Workspace } from '../../workspace.ts';
import type { Account } from '../process.ts';
import type { Engine } from './engine.ts';
import { startOwn } from './own.ts';

/** The BuildKit that was given, else one in a container of the engine that was given, else one of our own. */
export async function startEngine(
  env: MachineEnv,
  build: BuildGrant['build'],
  workspace: Workspace,
  signal: AbortSignal,
): Promise<Engine> {
  const { BUILDKIT_HOST: given, DOCKER_HOST: host, BITFLOW_INSECURE_REGISTRIES: insecure } = env;
  if (given)
    return { address: given, account: await accountFor(given, workspace.account), stop: async () => {} };
  if (host === undefined) return startOwn(insecure, workspace, signal);
  // Loaded where it is used: most builds need no client of a container engine, and start sooner without.
  const { startInContainer } = await import('./container.ts');
  return startInContainer({ ...env, DOCKER_HOST: host }, build, workspace, signal);
}

/** A socket belongs to a group: our account joins it, and stays unprivileged otherwise. */
async function accountFor(address: string, account: Account | null): Promise<Account | null> {
  if (account === null || !address.startsWith('unix://')) return account;
  const socket = await stat(address.slice('unix://'.length)).catch((cause: unknown) => {
    throw new BuildFailure('internal', `BuildKit is not at ${address}.`, { fault: 'transient', cause });
  });
  return { uid: account.uid, gid: socket.gid };
}
