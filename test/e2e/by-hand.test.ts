import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { RegistryHttp } from '#adapters/registry/http.ts';
import { MANIFEST_TYPES } from '#adapters/registry/manifests.ts';
import { Secret } from '#core/secret.ts';
import { type Machine, readMachine } from '#local/machine.ts';
import { ensureBuilderImage } from '#local/setup/builder-image.mjs';
import {
  type BuilderRun,
  type CallbackReceiver,
  containersWith,
  receiveCallbacks,
  runBuilder,
  serveEngine,
} from '#test/support/by-hand.ts';
import { APPS_FOLDER } from '#test/support/expect.ts';
import { type GitHttp, serveGit } from '#test/support/git-http.ts';
import { Repositories } from '#test/unit/builder-image/support/repository.ts';

const info = inject('stack');
const PASSWORD = randomBytes(24).toString('base64url');
const BASIC = Buffer.from(`deployer:${PASSWORD}`).toString('base64');
const SOCKET = info.buildkitHost.slice('unix://'.length);
const GIVEN = {
  args: ['--volume', `${SOCKET.slice(0, SOCKET.lastIndexOf('/'))}:/run/buildkit`],
  env: { BUILDKIT_HOST: 'unix:///run/buildkit/buildkitd.sock' },
};

let machine: Machine;
let image: string;
let repositories: Repositories;
let git: GitHttp;
let engine: Awaited<ReturnType<typeof serveEngine>>;
beforeAll(async () => {
  machine = await readMachine();
  image = (await ensureBuilderImage(machine)).reference;
  repositories = await Repositories.make();
  git = await serveGit(repositories.folder, { authorization: `Basic ${BASIC}` });
  engine = await serveEngine(machine);
});
afterAll(() => Promise.all([git.close(), engine.close()]));

const inContainer = () => ({
  args: ['--volume', `${engine.socket}:/run/engine.sock`],
  env: { DOCKER_HOST: 'unix:///run/engine.sock' },
});

interface Done {
  readonly code: number | undefined;
  readonly output: string;
  readonly callbacks: CallbackReceiver;
  readonly job: string;
  readonly target: string;
}

/** Builds what a private repository holds, and checks that nothing secret is said in any case. */
async function byHand(
  files: Readonly<Record<string, string>>,
  run: Partial<BuilderRun> & { readonly tag?: string },
): Promise<Done> {
  const name = `app-${randomBytes(4).toString('hex')}`;
  await repositories.commit(name, files);
  if (run.tag) repositories.git(name, 'tag', '--annotate', '--message', 'x', run.tag);
  const callbacks = await receiveCallbacks();
  const target = `${info.registry}/staging/by-hand/${name}:1.0`;
  const env = {
    ...callbacks.env,
    BUILD_JOB_ID: `job-${name}`,
    REPO_CLONE_URL: git.url(`${name}/.git`).replace('://', `://deployer:${PASSWORD}@`),
    IMAGE_TAG: target,
    GHCR_USER: info.registryBuilder.username,
    GHCR_TOKEN: info.registryBuilder.password,
    BITFLOW_ALLOW_HOSTS: git.host,
    BITFLOW_INSECURE_REGISTRIES: info.registry,
    ...run.env,
  };
  const { code, output } = await runBuilder(machine, image, { ...run, env });
  callbacks.close();
  expect(callbacks.refused).toEqual([]);
  for (const secret of [PASSWORD, BASIC, env.GHCR_TOKEN, env.CALLBACK_TOKEN]) {
    expect(output).not.toContain(secret);
    expect(JSON.stringify(callbacks.taken)).not.toContain(secret);
  }
  return { code, output, callbacks, job: env.BUILD_JOB_ID, target };
}

const Index = z.object({ manifests: z.array(z.object({ digest: z.string() })) });
const Manifest = z.object({ config: z.object({ digest: z.string() }) });
const Config = z.object({
  config: z.object({
    Cmd: z.array(z.string()).default([]),
    Labels: z.record(z.string(), z.string()).default({}),
  }),
});

/** What the registry has under a tag: the digest, and the configuration of the image. */
async function pushed(target: string) {
  const [, name = '', tag = ''] = /^[^/]+\/(.+):([^:]+)$/.exec(target) ?? [];
  const { username, password } = info.registryBuilder;
  const credential = async () => ({ username, password: new Secret(password) });
  const http = new RegistryHttp({ insecure: [info.registry], credential });
  const get = (path: string) =>
    http.send(info.registry, `${http.base(info.registry)}/v2/${name}/${path}`, {
      method: 'GET',
      scopes: [`repository:${name}:pull`],
      headers: { accept: MANIFEST_TYPES },
    });
  const index = await get(`manifests/${tag}`);
  const { manifests } = Index.parse(await index.json());
  const { config } = Manifest.parse(await (await get(`manifests/${manifests[0]?.digest}`)).json());
  const { config: kept } = Config.parse(await (await get(`blobs/${config.digest}`)).json());
  return { digest: index.headers.get('docker-content-digest'), config: kept };
}

async function expectPushed({ code, output, callbacks, job, target }: Done) {
  expect(code, output).toBe(0);
  const image = await pushed(target);
  expect(callbacks.taken).toMatchObject([
    { status: 'RUNNING', build_id: job },
    { status: 'SUCCEEDED', build_id: job, digest: image.digest },
  ]);
  return image;
}

describe('a builder with nothing but an environment', () => {
  test('and a BuildKit: a tag of a repository, with commands of its own', async () => {
    const names = ['package.json', 'package-lock.json', 'build.js', 'src/server.js'];
    const folder = join(APPS_FOLDER, 'node');
    const texts = names.map(async (name) => [`web/${name}`, await readFile(join(folder, name), 'utf8')]);
    const done = await byHand(Object.fromEntries(await Promise.all(texts)), {
      ...GIVEN,
      tag: 'v1',
      env: {
        ...GIVEN.env,
        REPO_REF: 'v1',
        ROOT_DIRECTORY: './web/',
        BUILD_COMMAND: 'npm run build && echo "built by $0"',
        START_COMMAND: 'node dist/server.js --by-hand',
      },
    });
    const { config } = await expectPushed(done);
    expect(done.output).toMatch(/^v1 is [0-9a-f]{40}$/m);
    expect(done.output).toContain('wrote dist/server.js\nbuilt by ');
    expect(config.Cmd.join(' ')).toContain('node dist/server.js --by-hand');
  });

  test('and a container engine: BuildKit in a container, which goes with the build', async () => {
    const base = await byHand({ Dockerfile: 'FROM debian:bookworm-slim\n' }, GIVEN);
    await expectPushed(base);
    const files = { Dockerfile: `FROM ${base.target}\nRUN echo "hello from $(uname)"\nLABEL made=there\n` };
    const done = await byHand(files, inContainer());
    const { config } = await expectPushed(done);
    expect(done.output).toContain('hello from Linux');
    expect(config.Labels).toEqual({ made: 'there' });
    expect(await containersWith(machine, `bitflow.buildkit=${done.job}`)).toEqual([]);

    const endless = { Dockerfile: `FROM ${base.target}\nRUN echo begun; sleep 600\n` };
    const stopWhen = (output: string) => /^begun/m.test(output);
    const stopped = await byHand(endless, { ...inContainer(), stopWhen });
    expect(stopped.code, stopped.output).toBe(143);
    expect(stopped.callbacks.taken).toMatchObject([
      { status: 'RUNNING' },
      { status: 'FAILED', reason: 'The build was stopped.', code: 'internal', fault: 'transient' },
    ]);
    expect(await containersWith(machine, `bitflow.buildkit=${stopped.job}`)).toEqual([]);
  });

  test('and privileges: a BuildKit of its own', async () => {
    const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };
    await expectPushed(await byHand(files, { args: ['--privileged'] }));
  });

  test('and no privileges: it says what it lacks', async () => {
    const { code, callbacks } = await byHand({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, {});
    expect(code).toBe(70);
    expect(callbacks.taken).toMatchObject([
      { status: 'RUNNING' },
      { status: 'FAILED', code: 'internal', reason: expect.stringMatching(/privileged.*DOCKER_HOST/) },
    ]);
  });
});

describe('a build by hand that fails says why', () => {
  test('a command', async () => {
    const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUN echo no such thing >&2; exit 3\n' };
    const { code, output, callbacks } = await byHand(files, GIVEN);
    expect(code).toBe(1);
    expect(output).toContain('no such thing');
    expect(callbacks.taken).toMatchObject([
      { status: 'RUNNING' },
      { status: 'FAILED', code: 'build_failed', fault: 'user', builder_type: 'dockerfile' },
    ]);
    expect(callbacks.taken[1]).toMatchObject({ reason: expect.stringContaining('exit code 3') });
  });

  test('a command that the builder would not run', async () => {
    const env = { ...GIVEN.env, START_COMMAND: 'node server.js' };
    const { code, callbacks } = await byHand({ Dockerfile: 'FROM scratch\n' }, { ...GIVEN, env });
    expect(code).toBe(1);
    expect(callbacks.taken[1]).toMatchObject({ status: 'FAILED', code: 'config_invalid' });
  });

  test('a container engine that is not there', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
    const { code, callbacks } = await byHand({ Dockerfile: 'FROM scratch\n' }, { env });
    expect(code).toBe(75);
    expect(callbacks.taken[1]).toMatchObject({
      status: 'FAILED',
      reason: expect.stringMatching(
        /No BuildKit could be started at DOCKER_HOST tcp:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/,
      ),
    });
  });

  test('a limit of time', async () => {
    const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUN sleep 600\n' };
    const { code, callbacks } = await byHand(files, {
      ...GIVEN,
      env: { ...GIVEN.env, BUILD_TIMEOUT_S: '4' },
    });
    expect(code).toBe(1);
    expect(callbacks.taken[1]).toMatchObject({ status: 'FAILED', code: 'timed_out', fault: 'user' });
  });

  test('an environment that cannot be built with', async () => {
    const { code, output, callbacks } = await byHand({}, { env: { IMAGE_TAG: 'app', REPO_REF: '--all' } });
    expect(code).toBe(1);
    expect(output).toMatch(/IMAGE_TAG: must/);
    expect(callbacks.taken[1]).toMatchObject({
      status: 'FAILED',
      code: 'config_invalid',
      reason: expect.stringMatching(/REPO_REF: .*IMAGE_TAG: /),
    });
  });
});
