import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { imageName } from '#core/image-names.ts';
import type { Destination } from '#core/tags.ts';
import { type ApiBuild, type ApiDelivery, type Push, StackClient } from '#local/client.ts';
import type { GitServer } from '#local/git-server.ts';
import { LOCAL_TEAM } from '#local/seed.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { type WorkingCopy, workingCopy } from '#local/working-copy.ts';

/** A repository of a test: connected, with a working copy that pushes to the stack's git server. */
export interface TestRepository {
  readonly fullName: string;
  readonly id: string;
  readonly copy: WorkingCopy;
  /** Commits what is there, pushes, and delivers the webhook. */
  push(options?: { branch?: string; message?: string }): Promise<{ commit: string; delivery: ApiDelivery }>;
  /** The same, and waits for the one build it should cause. */
  build(): Promise<{ commit: string; build: ApiBuild; log: string }>;
}

export interface RepositorySource {
  /** A folder whose files are the first commit. */
  readonly folder?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Further fields of the connection. */
  readonly connect?: object;
  /** Where it is cloned from, where that is not the git server itself: `host:port`. */
  readonly cloneHost?: string;
  /** The server that keeps the repository private, and the token with which it lets a reader or writer in. */
  readonly private?: { readonly git: GitServer; readonly token: string };
}

/**
 * Makes a repository under a fresh name, so that tests share nothing.
 * @param finished of the test's own context, where tests run side by side; or what else undoes it later.
 */
export async function testRepository(
  info: StackInfo,
  source: RepositorySource,
  finished: (undo: () => Promise<void>) => void = onTestFinished,
): Promise<TestRepository> {
  const client = new StackClient(info);
  const fullName = `e2e/app-${randomBytes(5).toString('hex')}`;
  const remote = `${info.git}/${fullName}.git`;
  await source.private?.git.create(fullName, { private: true });
  const copy = await workingCopy(source.folder ?? null, withToken(remote, source.private?.token));
  finished(() => copy.remove());
  await writeFiles(copy.dir, source.files ?? {});
  const cloneUrl = source.cloneHost === undefined ? remote : `http://${source.cloneHost}/${fullName}.git`;
  const { id } = await client.connect(fullName, cloneUrl, source.connect);
  let before: string | null = null;
  const push: TestRepository['push'] = async ({ branch = 'main', message = 'a change' } = {}) => {
    const commit = await copy.commitAndPush(message, branch);
    const sent: Push = { fullName, ref: `refs/heads/${branch}`, before, after: commit };
    before = commit;
    return { commit, delivery: await client.push(sent) };
  };
  const build: TestRepository['build'] = async () => {
    const { commit, delivery } = await push();
    const [buildId] = delivery.build_ids;
    if (buildId === undefined) throw new Error(`no build: ${delivery.verdict}, ${delivery.reason}`);
    return { commit, ...(await ended(client, buildId)) };
  };
  return { fullName, id, copy, push, build };
}

function withToken(remote: string, token: string | undefined): string {
  const url = new URL(remote);
  if (token !== undefined) Object.assign(url, { username: 'x-access-token', password: token });
  return url.href;
}

/** Waits for a build's end, and reads its whole log. */
export async function ended(client: StackClient, buildId: string): Promise<{ build: ApiBuild; log: string }> {
  const build = await client.ended(buildId);
  const lines: string[] = [];
  for await (const line of client.follow(buildId)) lines.push(line.text);
  return { build, log: lines.join('\n') };
}

/** Where the images of a repository of the local team are released to. */
export function localImage(fullName: string): Destination {
  return { team: LOCAL_TEAM, registry: null, name: `${LOCAL_TEAM}/${imageName(fullName)}` };
}

/** Writes files by path below a folder. */
export async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}
