import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import type { MachineEnv } from '../env.ts';

export type DockerAddress = Pick<MachineEnv, 'DOCKER_TLS_VERIFY' | 'DOCKER_CERT_PATH'> & {
  readonly DOCKER_HOST: string;
};

/** How long (ms) the engine may take to begin an answer. */
const LIMITS = { connectionTimeout: 60_000 };

/** A client of a container engine, by the variables that Docker's own command takes. */
export async function connectDocker(address: DockerAddress): Promise<Docker> {
  const url = new URL(address.DOCKER_HOST);
  // Every option is given: the library would look for the others in the environment.
  const rest = {
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    ...LIMITS,
  };
  if (url.protocol === 'unix:') return new Docker({ ...rest, socketPath: url.pathname });
  const tls = address.DOCKER_TLS_VERIFY !== undefined;
  const pem = (name: string) => (tls ? readFile(join(address.DOCKER_CERT_PATH ?? '', name)) : undefined);
  const [ca, cert, key] = await Promise.all([pem('ca.pem'), pem('cert.pem'), pem('key.pem')]);
  const { hostname: host, port } = url;
  return new Docker({ ...rest, host, port, protocol: tls ? 'https' : 'http', ca, cert, key });
}

/** The files that an engine mounts into each of its containers lie in a folder that bears the container's id. */
const OWN_FILES = /^\/etc\/(?:hostname|hosts|resolv\.conf)$/;

/** The id of the container that a process runs in, from its `/proc/self/mountinfo`; null outside of one. */
export function containerIdIn(mountinfo: string): string | null {
  for (const line of mountinfo.split('\n')) {
    const [, , , root = '', mountPoint = ''] = line.split(' ');
    const id = /containers\/([0-9a-f]{64})\//.exec(root)?.[1];
    if (id && OWN_FILES.test(mountPoint)) return id;
  }
  return null;
}

/** The container that we run in, where this engine runs it. */
export async function ownContainer(docker: Docker): Promise<{ id: string; image: string } | null> {
  const id = containerIdIn(await readFile('/proc/self/mountinfo', 'utf8'));
  if (id === null) return null;
  try {
    return { id, image: (await docker.getContainer(id).inspect()).Image };
  } catch (error) {
    if (isStatus(error, 404)) return null; // another engine's
    throw error;
  }
}

/** Whether an error is the engine's answer with this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === status;
}
