import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MachineEnv, problemsOf } from '#builder/env.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import type { Surroundings } from '../kit/streams.ts';
import { clean } from '../kit/text.ts';
import { readMachine } from './machine.ts';
import { onThePath } from './on-the-path.ts';

/** What BuildKit is started from in a container engine, where no builder image is named: the one of the service. */
const BUILDKIT_IMAGE = 'docker.io/moby/buildkit:v0.28.1';

/** What a build here takes of the environment. */
const TAKEN = [
  ...['BUILDKIT_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'BUILDER_IMAGE'],
  ...['BITFLOW_INSECURE_REGISTRIES', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
];

/**
 * What to build with: the BuildKit that `BUILDKIT_HOST` names, else one in a container of the engine that `DOCKER_HOST`
 * names or that listens where Docker and podman do. Throws CliError where there is none, or no buildctl.
 */
export async function findEngine(cli: Cli): Promise<MachineEnv> {
  const { env } = cli.around;
  const given = Object.fromEntries(TAKEN.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const host = env.BUILDKIT_HOST ? undefined : env.DOCKER_HOST || (await socketHere(env));
  if (!env.BUILDKIT_HOST && host === undefined) throw noEngine();
  const PATH = await pathWithBuildctl(env);
  const parsed = MachineEnv.safeParse({ BUILDER_IMAGE: BUILDKIT_IMAGE, ...given, DOCKER_HOST: host, PATH });
  if (parsed.success) return parsed.data;
  const what = `the environment is wrong: ${clean(problemsOf(parsed.error).join('; '))}`;
  throw new CliError(EXIT.usage, what, 'Correct it, or unset it.');
}

/** The socket of a container engine: Docker's, Docker Desktop's, and podman's. */
async function socketHere({
  HOME: home,
  XDG_RUNTIME_DIR: runtime,
}: Surroundings['env']): Promise<string | undefined> {
  const places = [
    '/var/run/docker.sock',
    ...(home ? [join(home, '.docker/run/docker.sock')] : []),
    ...(runtime ? [join(runtime, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
  for (const path of places) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return `unix://${path}`;
  }
  return undefined;
}

/** buildctl is on the PATH, or among the tools of a local service's set-up. */
async function pathWithBuildctl(env: Surroundings['env']): Promise<string> {
  const path = env.PATH ?? '';
  if ((await onThePath('buildctl', path)) !== null) return path;
  const machine = await readMachine(env);
  if (machine !== null) return `${dirname(machine.buildctl)}:${path}`;
  const what = 'a build here needs buildctl, BuildKit’s own command, which is not on the PATH';
  const next =
    'Install it: https://github.com/moby/buildkit/releases (or have the service build: bitflow builds create)';
  throw new CliError(EXIT.failed, what, next, { code: 'buildctl_missing' });
}

function noEngine(): CliError {
  const what =
    'there is no BuildKit to build with: no BUILDKIT_HOST, and no container engine that could run one';
  const next = 'Start Docker or podman, or name a BuildKit: BUILDKIT_HOST=docker-container://buildkitd';
  return new CliError(EXIT.failed, what, next, { code: 'buildkit_missing' });
}
