import { LOCAL_ISSUER } from './cloud.ts';
import { stackLabel } from './cloud-build/engine.ts';
import type { Machine } from './machine.ts';
import { startMetadata } from './metadata/server.ts';
import { freeAddresses, portOf } from './ports.ts';
import { accepts, type Processes } from './processes.ts';

/** The account that the `api` function runs as: nobody else may ask the planner. */
const apiAccount = (projectId: string): string => `api@${projectId}.iam.gserviceaccount.com`;

export interface PlannerSettings {
  readonly projectId: string;
  readonly stackId: string;
  readonly builderImage: string;
  readonly allowHosts: readonly string[];
}

export interface LocalPlanner {
  readonly url: string;
  /** The metadata server of the `api` function, `host:port`: it says who that is. */
  readonly metadata: string;
  close(): Promise<void>;
}

const OVERLAY_MOUNT = '/run/bitflow-overlay.json';
const PROGRAM = '/usr/local/lib/bitflow-planner.mjs';

/** Starts the planner, a container of the builder image, as Cloud Run would; and what makes its caller's tokens. */
export async function startPlanner(
  processes: Processes,
  { engine, baseImages }: Machine,
  { projectId, stackId, builderImage, allowHosts }: PlannerSettings,
): Promise<LocalPlanner> {
  const serviceAccount = apiAccount(projectId);
  const metadata = await startMetadata({ projectId, serviceAccount, issuer: LOCAL_ISSUER });
  const [address = ''] = await freeAddresses(1);
  const url = `http://${address}`;
  const env = {
    HOST: '127.0.0.1',
    PORT: String(portOf(address)),
    PLANNER_URL: url,
    PLANNER_CALLERS: serviceAccount,
    IDENTITY_ISSUER: LOCAL_ISSUER,
    IDENTITY_JWKS_URL: metadata.jwksUrl,
    BITFLOW_ALLOW_HOSTS: allowHosts.join(','),
    PLANS_AT_ONCE: '4',
    ...(baseImages && { BITFLOW_PLAN_OVERLAY: OVERLAY_MOUNT }),
  };
  try {
    await processes.start({
      name: 'planner',
      command: engine.command,
      args: [
        ...[...engine.globalArgs, 'run', '--rm', '--name', `${stackId}-planner`],
        ...['--label', stackLabel(stackId), '--network', 'host', '--pull=never', ...engine.runArgs],
        ...Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        ...(baseImages ? ['--volume', `${baseImages.overlay}:${OVERLAY_MOUNT}:ro`] : []),
        ...['--entrypoint', 'node', builderImage, PROGRAM],
      ],
      ready: () => accepts(address),
    });
  } catch (error) {
    await metadata.close();
    throw error;
  }
  return { url, metadata: metadata.address, close: metadata.close };
}
