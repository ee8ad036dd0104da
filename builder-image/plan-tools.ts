import { chown, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './adapters/process.ts';
import type { PlanTools } from './builders/builder.ts';
import type { MachineEnv } from './env.ts';
import { readOverlay } from './overlay.ts';
import type { Workspace } from './workspace.ts';

/**
 * The tools of this machine, run as the account that may touch a repository's content.
 * @param findNixpacks says where nixpacks is, once it is needed: many plans need none.
 */
export async function planTools(
  { BITFLOW_PLAN_OVERLAY: overlay }: Pick<MachineEnv, 'BITFLOW_PLAN_OVERLAY'>,
  workspace: Workspace,
  signal: AbortSignal,
  findNixpacks: () => Promise<string> = async () => 'nixpacks',
): Promise<PlanTools> {
  const { account, source, home, env } = workspace;
  return {
    nixpacks: async (args) => run({ file: await findNixpacks(), args, cwd: source, env, account, signal }),
    // Below HOME, which belongs to the account that nixpacks runs as.
    emptyFolder: () => ownFolder(join(home, 'nixpacks-'), workspace),
    nixpacksOverlay: await readOverlay(overlay),
  };
}

async function ownFolder(prefix: string, { account }: Workspace): Promise<string> {
  const path = await mkdtemp(prefix);
  if (account) await chown(path, account.uid, account.gid);
  return path;
}
