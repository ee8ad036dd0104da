import { stat } from 'node:fs/promises';
import type { MachineEnv } from '../../env.ts';
import { BuildFailure } from '../../failure.ts';
import type { Account } from '../process.ts';
import type { Engine, EngineContext } from './engine.ts';
import { startOwn } from './own.ts';

/**
 * The BuildKit that was given, else one in a container of the engine that was given, else one of our own (the
 * step must then be privileged). RUN steps of our own have a network without the metadata server, unless the
 * environment says otherwise; of the others, they have those BuildKits' network.
 */
export async function startEngine(env: MachineEnv, context: EngineContext): Promise<Engine> {
  const { BUILDKIT_HOST: given, DOCKER_HOST: host } = env;
  if (given) {
    const account = await accountFor(given, context.workspace.account);
    return { address: given, account, isShared: true, stop: async () => {} };
  }
  if (host === undefined) return startOwn(env, context);
  // Loaded where it is used: most builds need no client of a container engine, and start sooner without.
  const { startInContainer } = await import('./container.ts');
  return startInContainer({ ...env, DOCKER_HOST: host }, context);
}

/** A socket belongs to a group: our account joins it, and stays unprivileged otherwise. */
async function accountFor(address: string, account: Account | null): Promise<Account | null> {
  if (account === null || !address.startsWith('unix://')) return account;
  const socket = await stat(address.slice('unix://'.length)).catch((cause: unknown) => {
    throw new BuildFailure('internal', `BuildKit is not at ${address}.`, { fault: 'transient', cause });
  });
  return { uid: account.uid, gid: socket.gid };
}
