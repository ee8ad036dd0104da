import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudBuildClient, type protos } from '@google-cloud/cloudbuild';
import { credentials } from '@grpc/grpc-js';
import { vi } from 'vitest';
import type { CloudBuildOptions } from '#local/cloud-build/options.ts';
import { startCloudBuild } from '#local/cloud-build/server.ts';
import { testEngine, tinyImage } from './tiny-image.ts';

export type BuildInput = protos.google.devtools.cloudbuild.v1.IBuild;
export const projectId = 'demo-project';
export const terminal = ['SUCCESS', 'FAILURE', 'INTERNAL_ERROR', 'TIMEOUT', 'CANCELLED', 'EXPIRED'];

/** The real client against a server at `address`. */
export const cloudBuildClient = (address: string) => {
  const [host = '', port] = address.split(':');
  return new CloudBuildClient({
    apiEndpoint: host,
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    projectId,
  });
};

/** A local Cloud Build with its client, and what it published. Close it after each test. */
export const startHarness = async (overrides: Partial<CloudBuildOptions> = {}) => {
  const engine = await testEngine();
  const image = await tinyImage(engine);
  const workDir = await mkdtemp(path.join(tmpdir(), 'bitflow-cloud-build-'));
  const containerPrefix = `bftest-${randomBytes(4).toString('hex')}`;
  const published: { buildId: string; status: string; build: Record<string, unknown> }[] = [];
  const errors: unknown[] = [];
  const server = await startCloudBuild({
    projectIds: [projectId, 'other-project'],
    engine,
    worker: {},
    capacity: 2,
    workDir,
    containerPrefix,
    pull: 'never',
    publish: async ({ data, attributes }) => {
      published.push({ ...attributes, build: JSON.parse(data.toString()) });
    },
    onError: (error) => errors.push(error),
    ...overrides,
  });
  const client = cloudBuildClient(server.address);

  const create = async (build: BuildInput, where: { parent?: string } = {}): Promise<string> => {
    const [operation] = await client.createBuild({ projectId, build, ...where });
    const metadata = operation.metadata as protos.google.devtools.cloudbuild.v1.IBuildOperationMetadata;
    return metadata.build?.id ?? '';
  };
  const statuses = (id: string) =>
    published.filter(({ buildId }) => buildId === id).map(({ status }) => status);
  /** Waits until the build's last message has one of these statuses. */
  const reached = (id: string, wanted: readonly string[] = terminal) =>
    vi.waitFor(
      () => {
        const last = statuses(id).at(-1) ?? 'nothing';
        if (!wanted.includes(last)) throw new Error(`build ${id} is at ${last}`);
        return last;
      },
      { timeout: 25_000, interval: 20 },
    );
  return {
    engine,
    image,
    server,
    client,
    published,
    errors,
    workDir,
    containerPrefix,
    create,
    statuses,
    reached,
    /** a one-step build of a shell script */
    script: (text: string, more: BuildInput = {}): BuildInput => ({
      // Cloud Build takes `$$` for a dollar.
      steps: [{ name: image, entrypoint: '/bin/sh', args: ['-c', text.replaceAll('$', '$$$$')] }],
      ...more,
    }),
    /** creates, waits for the end, and answers the build as GetBuild does */
    finish: async (build: BuildInput) => {
      const id = await create(build);
      await reached(id);
      const [result] = await client.getBuild({ projectId, id });
      return result;
    },
    close: async () => {
      await client.close();
      await server.close();
      await rm(workDir, { recursive: true, force: true });
    },
  };
};
export type Harness = Awaited<ReturnType<typeof startHarness>>;
