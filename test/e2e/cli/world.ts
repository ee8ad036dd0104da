import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PubSub } from '@google-cloud/pubsub';
import { execa } from 'execa';
import { TOPICS } from '#core/messages.ts';
import { StackClient } from '#local/client.ts';
import { LOCAL_ADMIN } from '#local/seed.ts';
import { signIn } from '#local/sign-in.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { signedIn } from '#test/support/cli/signed-in.ts';
import { testRepository } from '#test/support/stack.ts';

/** One of each thing that a command may be about, in a team that has nothing else. */
export interface World {
  readonly info: StackInfo;
  readonly team: string;
  readonly email: string;
  /** The environment of the team's admin, and of the operator of the installation. */
  readonly admin: Readonly<Record<string, string>>;
  readonly operator: Readonly<Record<string, string>>;
  /** The team's admin, over HTTP: for what a case needs before it. */
  readonly client: StackClient;
  readonly asOperator: StackClient;
  /** `owner/name` of the connected repository, and the folder where it is checked out. */
  readonly repository: string;
  readonly checkout: string;
  /** Of the one build that succeeded: its id, commit, image and the delivery that caused it. */
  readonly build: string;
  readonly commit: string;
  readonly digest: string;
  readonly delivery: string;
  readonly token: string;
  readonly registry: string;
  readonly deadLetter: string;
  /** A folder of a repository that is not connected, which has files for commands to read. */
  readonly elsewhere: { readonly dir: string; readonly repository: string };
}

const FILES = {
  Dockerfile: 'FROM debian:bookworm-slim\nLABEL org.opencontainers.image.title="hello"\n',
};

/**
 * Makes the world on a stack.
 * @param finished is told what is to be done when it is needed no more.
 */
export async function makeWorld(
  info: StackInfo,
  finished: (undo: () => Promise<void>) => void,
): Promise<World> {
  const team = `team-${randomBytes(4).toString('hex')}`;
  const email = `ann@${team}.example`;
  const operatorToken = await signIn(info, LOCAL_ADMIN);
  const asOperator = new StackClient({ ...info, token: operatorToken });
  await must(asOperator, 'POST', '/v1/teams', { id: team, name: 'Rockets', admin: email });
  const own = { ...info, token: await signIn(info, email) };
  const client = new StackClient(own);
  const repository = await testRepository(own, { files: FILES }, finished);
  const { delivery, commit } = await repository.push();
  const build = await client.ended(delivery.build_ids[0] ?? '');
  if (build.image === null) throw new Error(`the build ${build.id} ended as ${build.status}`);
  const deadLetter = await aDeadLetter(info, client, build.id);
  const token = idOf(await must(client, 'POST', '/v1/tokens', { name: 'deploy', expires_in_s: null }));
  const registry = idOf(await must(client, 'POST', '/v1/registries', { kind: 'ghcr', url: 'ghcr.io/acme' }));
  return {
    info,
    team,
    email,
    admin: signedIn(own, await aFolder('home', finished)),
    operator: signedIn({ ...info, token: operatorToken }),
    client,
    asOperator,
    repository: repository.fullName,
    checkout: repository.copy.dir,
    build: build.id,
    commit,
    digest: build.image.digest,
    delivery: delivery.id,
    token,
    registry,
    deadLetter,
    elsewhere: await anotherCheckout(info, finished),
  };
}

/** A request that has to go well. @returns the answer's body. */
export async function must(
  client: StackClient,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const answer = await client.request(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer.body;
}

/** The id of what was made. */
export function idOf(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'id' in body && typeof body.id === 'string')
    return body.id;
  throw new Error(`this has no id: ${JSON.stringify(body)}`);
}

/** A message about the team's build that nobody signed. @returns the id of the letter that it becomes. */
async function aDeadLetter(info: StackInfo, client: StackClient, build_id: string): Promise<string> {
  const pubsub = new PubSub({
    projectId: info.projectId,
    apiEndpoint: info.pubsubEmulatorHost,
    emulatorMode: true,
  });
  const report = { type: 'progress', stages: [], builder_type: null };
  const forged = { version: 1, build_id, attempt: 1, cloud_build_id: 'x', report };
  await pubsub
    .topic(TOPICS.buildEvents)
    .publishMessage({ json: forged, attributes: { signature: 'forged' } });
  await pubsub.close();
  for (;;) {
    const [letter] = await client.deadLetters();
    if (letter !== undefined) return letter.id;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function aFolder(name: string, finished: (undo: () => Promise<void>) => void): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `bitflow-${name}-`));
  finished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

async function anotherCheckout(info: StackInfo, finished: (undo: () => Promise<void>) => void) {
  const dir = await aFolder('elsewhere', finished);
  const repository = `e2e/new-${randomBytes(5).toString('hex')}`;
  await execa('git', ['init', '--quiet'], { cwd: dir });
  await execa('git', ['remote', 'add', 'origin', `${info.git}/${repository}.git`], { cwd: dir });
  await writeFile(join(dir, '.env'), 'LOG_LEVEL=debug\nGREETING="good day"\n');
  await writeFile(
    join(dir, 'variables.json'),
    JSON.stringify({ build: { CI: '1' }, run: { LOG_LEVEL: 'info' } }),
  );
  await writeFile(join(dir, 'rules.toml'), '[rules]\nbranches = ["main", "release/*"]\n');
  await writeFile(join(dir, 'value.txt'), 'a value of a file\n');
  return { dir, repository };
}
