import { randomBytes, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { BuildView } from '#core/api/builds.ts';
import { RepositoryView } from '#core/api/repositories.ts';
import type { Platform } from '#core/repository.ts';
import { type ApiBuild, StackClient } from '#local/client.ts';
import type { LocalHost } from '#local/git-hosts/host.ts';
import type { PullRequest } from '#local/git-hosts/state.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { type WorkingCopy, workingCopy } from '#local/working-copy.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import { signedIn } from '#test/support/cli/signed-in.ts';
import { memoryDir } from '#test/support/memory-dir.ts';
import { writeFiles } from '#test/support/stack.ts';

/** What differs between hosts. */
export interface HostCase {
  readonly platform: Platform;
  /** The token that the team gives; null: what the installation has is used. */
  readonly token: string | null;
  /** The ref under which the host shows a pull request's head in the repository that it is for. */
  readonly headOf: (number: number) => string;
  /** Whether the host shows that the builds of a commit went well. */
  readonly isGreen: (host: LocalHost, fullName: string, commit: string) => boolean;
}

const DOCKERFILE = 'FROM debian:bookworm-slim\nCOPY . /app\n';
const IMAGES = ['api', 'web', 'worker'];
const BuildList = z.object({ builds: z.array(BuildView) });
/** Building and releasing takes seconds; a machine with other work takes longer. */
const WITHIN = { timeout: 120_000, interval: 250 };

/** Everything from connecting a repository to what its host shows of the build, on a stack whose git server tells of pushes. */
export function describeHost({ platform, token, headOf, isGreen }: HostCase): void {
  let stack: Stack;
  let client: StackClient;
  let host: LocalHost;
  let dataDir: string | undefined;
  beforeAll(async () => {
    dataDir = await memoryDir();
    const machine = await readMachine();
    stack = await startStack({ machine, dataDir, deliverPushes: true, log: () => {} });
    client = new StackClient(stack.info);
    host = stack.hosts[platform];
    if (token !== null) host.state.tokens.set(token, 'admin');
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  });

  const bitflow = async (argv: readonly string[], stdin = '') => {
    const said = await runCli(argv, { env: signedIn(stack.info), stdin });
    expect(said.code, said.stderr).toBe(0);
    return said.stdout;
  };
  const connect = async (fullName: string) => {
    const withToken = token === null ? [] : ['--token', '-'];
    const argv = ['repos', 'connect', fullName, '--platform', platform, ...withToken, '--json'];
    return RepositoryView.parse(JSON.parse(await bitflow(argv, token ?? '')));
  };
  /** A repository with a first commit, which is not connected yet. */
  const aRepository = async (files: Readonly<Record<string, string>>) => {
    const fullName = `e2e/app-${randomBytes(5).toString('hex')}`;
    const copy = await workingCopy(null, `${stack.info.git}/${fullName}.git`);
    onTestFinished(() => copy.remove());
    await writeFiles(copy.dir, files);
    await copy.commitAndPush('the first');
    return { fullName, copy };
  };
  const buildsOf = async (id: string, commit: string): Promise<ApiBuild[]> => {
    const { body } = await client.request('GET', `/v1/builds?repository_id=${id}&limit=100`);
    return BuildList.parse(body).builds.filter(({ commit_sha }) => commit_sha === commit);
  };

  describe(`${platform}, from connecting to the green tick`, () => {
    test('one push of a monorepo builds the images that it changed, and the commit says so', async () => {
      const roots = IMAGES.map((name) => `[[images]]\nname = "${name}"\nroot = "apps/${name}"\n`);
      const { fullName, copy } = await aRepository({
        'bitflow.toml': roots.join('\n'),
        ...Object.fromEntries(IMAGES.map((name) => [`apps/${name}/Dockerfile`, DOCKERFILE])),
      });
      const repository = await connect(fullName);
      expect(repository.webhook, JSON.stringify(host.state.requests)).toMatchObject({ state: 'working' });
      expect(host.state.hooksOf(fullName)).toMatchObject([{ url: repository.webhook_url }]);

      await writeFiles(copy.dir, { 'apps/api/new.txt': 'new', 'apps/worker/new.txt': 'new' });
      const commit = await copy.commitAndPush('two of three');
      await expect.poll(() => buildsOf(repository.id, commit), WITHIN).toHaveLength(2);
      const builds = await Promise.all(
        (await buildsOf(repository.id, commit)).map(({ id }) => client.ended(id)),
      );
      expect(builds.map(({ status, error }) => [status, error])).toEqual([
        ['succeeded', null],
        ['succeeded', null],
      ]);
      const names = builds.map(({ build_config }) => build_config.image_name).toSorted();
      expect(names).toEqual(['api', 'worker'].map((name) => `${repository.image_name}/${name}`));
      await expect.poll(() => isGreen(host, fullName, commit), WITHIN).toBe(true);

      await bitflow(['repos', 'disconnect', fullName, '--yes']);
      expect(host.state.hooksOf(fullName)).toEqual([]);
    });

    test('a fork’s request waits, and is built once somebody approves it', async () => {
      const { fullName, copy } = await aRepository({ Dockerfile: DOCKERFILE });
      const repository = await connect(fullName);
      const rules = { pull_requests: true };
      await client.request('PATCH', `/v1/repositories/${repository.id}`, { rules });

      const request = await aForksRequest(fullName, copy, headOf(1));
      host.state.pullRequests.push(request);
      const event = { id: randomUUID(), kind: 'pull_request', action: 'opened' } as const;
      await host.tell({ ...event, full_name: fullName, request });
      await expect.poll(() => buildsOf(repository.id, request.head_sha), WITHIN).toHaveLength(1);
      const [waiting] = await buildsOf(repository.id, request.head_sha);
      expect(waiting?.status).toBe('waiting_approval');
      expect(isGreen(host, fullName, request.head_sha)).toBe(false);

      await bitflow(['builds', 'approve', waiting?.id ?? '']);
      const build = await client.ended(waiting?.id ?? '');
      expect([build.status, build.error]).toEqual(['succeeded', null]);
      expect(build.image?.tags).toEqual([`pr-1-${request.head_sha.slice(0, 7)}`]);
      await expect.poll(() => isGreen(host, fullName, request.head_sha), WITHIN).toBe(true);
    });
  });
}

/** A commit of somebody who may not push to the repository: it lies in their fork, and where the host shows its head. */
async function aForksRequest(fullName: string, copy: WorkingCopy, ref: string): Promise<PullRequest> {
  await copy.git('checkout', '--quiet', '-b', 'theirs');
  await writeFiles(copy.dir, { 'theirs.txt': 'theirs' });
  await copy.git('add', '--all');
  await copy.git('commit', '--quiet', '--message', 'theirs');
  const origin = await copy.git('remote', 'get-url', 'origin');
  const head_repository = `fork/${fullName.slice('e2e/'.length)}`;
  await copy.git('push', '--quiet', origin.replace(fullName, head_repository), 'HEAD:refs/heads/theirs');
  await copy.git('push', '--quiet', 'origin', `HEAD:${ref}`);
  return {
    number: 1,
    full_name: fullName,
    head_sha: await copy.git('rev-parse', 'HEAD'),
    head_branch: 'theirs',
    head_repository,
    base_branch: 'main',
    title: 'Something of theirs',
    labels: [],
    state: 'open',
    updated_at: Date.now(),
  };
}

/** Whether the newest status of a commit says that all went well. */
export function hasGreenStatus({ state }: LocalHost, fullName: string, commit: string): boolean {
  const told = state.statuses.filter(({ full_name, sha }) => full_name === fullName && sha === commit);
  return told.at(-1)?.state === 'success';
}
