import type { Cli } from '../kit/cli.ts';
import { readMachine } from './machine.ts';

/** A service on this very machine. */
const LOOPBACK = /^https?:\/\/(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/;

/**
 * The file with what nixpacks's plans use where there is no Nix archive: `BITFLOW_PLAN_OVERLAY` (empty: none), else,
 * where the service runs on this machine, the one that it plans with. Undefined: none.
 */
export async function findOverlay(cli: Cli): Promise<string | undefined> {
  const { env } = cli.around;
  if (env.BITFLOW_PLAN_OVERLAY !== undefined) return env.BITFLOW_PLAN_OVERLAY || undefined;
  if (!LOOPBACK.test((await cli.setting('url')) ?? '')) return undefined;
  return (await readMachine(env))?.baseImages?.overlay;
}
