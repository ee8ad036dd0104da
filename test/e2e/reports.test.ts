import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { DomainEvent } from '#core/domain-events.ts';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { memoryDir } from '#test/support/memory-dir.ts';
import { ended, type TestRepository, testRepository } from '#test/support/stack.ts';

const GOOD = 'FROM scratch\nCOPY Dockerfile /\n';
const BAD = 'FROM debian:bookworm-slim\nRUN echo "``` about to fail" && exit 3\n';
const APP_ID = 4711;

let stack: Stack;
let dataDir: string | undefined;
beforeAll(async () => {
  dataDir = await memoryDir();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const machine = await readMachine();
  const env = { GITHUB_APP_ID: String(APP_ID), GITHUB_APP_PRIVATE_KEY: privateKey };
  stack = await startStack({ machine, dataDir, env, sweepEveryMs: 2000, log: () => undefined });
  stack.hosts.github.state.apps.set(APP_ID, {
    id: APP_ID,
    installations: new Map(),
    slug: 'bitflow',
    publicKey,
    permissions: { contents: 'read', metadata: 'read', checks: 'write', pull_requests: 'read' },
    hookUrl: null,
    installedOn: null,
  });
});
afterAll(async () => {
  await stack.stop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

/** What the host was told of a commit, in order. */
function toldOf(repository: TestRepository, commit: string) {
  return stack.hosts.github.state.told.filter(
    (run) => run.full_name === repository.fullName && run.head_sha === commit,
  );
}
const short = (run: Readonly<Record<string, unknown>> | undefined) =>
  run?.status === 'completed' ? run.conclusion : run?.status;

/** Waits until the host shows how it ended, and gives each state that it was told, once. */
async function shown(repository: TestRepository, commit: string, end: string) {
  const told = () => toldOf(repository, commit).map(short);
  await expect.poll(() => told().at(-1), { timeout: 60_000, interval: 200 }).toBe(end);
  return told().filter((state, index, all) => state !== all[index - 1]);
}

test('a build that succeeds is a check that goes on to a green tick', { timeout: 180_000 }, async () => {
  const repository = await testRepository(stack.info, { files: { Dockerfile: GOOD } });
  const { commit, build } = await repository.build();
  expect(build.status).toBe('succeeded');
  expect(await shown(repository, commit, 'success')).toEqual(['queued', 'in_progress', 'success']);
  expect(new Set(toldOf(repository, commit).map(({ id }) => id)).size).toBe(1);
});

/** What every line of the log has. */
const Line = z.looseObject({
  severity: z.enum(['INFO', 'WARNING', 'ERROR']),
  message: z.string(),
  build_id: z.string().nullish(),
  build_ids: z.array(z.string()).optional(),
  event: z.string().optional(),
  cache: z.string().optional(),
  'logging.googleapis.com/trace': z.string().optional(),
});

/** The lines of all functions that Cloud Logging would find for a build: the query of docs/operate.md. */
async function wayOf(buildId: string) {
  const folder = join(stack.dir, 'logs');
  const files = await readdir(folder);
  const found = files.map(async (file) => {
    const lines = (await readFile(join(folder, file), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{"severity"'));
    return lines
      .map((line) => ({ ...Line.parse(JSON.parse(line)), file: file.replace(/\.log$/, '') }))
      .filter(({ build_id, build_ids }) => build_id === buildId || build_ids?.includes(buildId));
  });
  return (await Promise.all(found)).flat();
}

test('a build leaves its whole way in the logs of the functions, each step once', {
  timeout: 180_000,
}, async () => {
  const repository = await testRepository(stack.info, { files: { Dockerfile: GOOD } });
  const { commit, build } = await repository.build();
  await shown(repository, commit, 'success');
  const steps = async () =>
    (await wayOf(build.id)).flatMap(({ file, event }) => (event === undefined ? [] : [`${file} ${event}`]));
  await expect.poll(steps, { timeout: 30_000, interval: 300 }).toContain('report report_settled');
  const way = await steps();
  expect(way.filter((step) => !step.startsWith('report ')).toSorted()).toEqual([
    'exchange build_started',
    'intake build_created',
    'intake delivery_decided',
    'record build_ended',
    'record build_promoting',
    'submit build_claimed',
    'submit build_submitted',
  ]);
  for (const line of await wayOf(build.id)) {
    if (line.event !== undefined) DomainEvent.parse(line);
    // Pub/Sub's emulator sends no trace.
    const trace = line['logging.googleapis.com/trace'];
    if (trace !== undefined) expect(trace).toMatch(`projects/${stack.info.projectId}/traces/`);
  }
  const end = (await wayOf(build.id)).find(({ event }) => event === 'build_ended');
  expect(end).toMatchObject({ status: 'succeeded', cause: null, fault: null, builder_type: 'dockerfile' });
  expect(end).toMatchObject({ wait_ms: expect.any(Number), duration_ms: expect.any(Number) });
  expect(['miss', 'partial', 'hit']).toContain(end?.cache);
});

test('the trace of a request is in its lines', async () => {
  const trace = randomBytes(16).toString('hex');
  const client = new StackClient(stack.info);
  const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
  const { status } = await client.deliver('ping', { zen: 'Design for failure.' }, { traceparent });
  expect(status).toBe(202);
  const log = () => readFile(join(stack.dir, 'logs', 'webhooks.log'), 'utf8');
  await expect.poll(log).toContain(`projects/${stack.info.projectId}/traces/${trace}`);
  const line = (await log()).split('\n').find((one) => one.includes(trace)) ?? '';
  expect(JSON.parse(line)).toMatchObject({ event: 'delivery_received', kind: 'ping', repeated: false });
});

test('a build that fails says where, and shows the end of its log as it is', {
  timeout: 180_000,
}, async () => {
  const repository = await testRepository(stack.info, { files: { Dockerfile: BAD } });
  const { commit, build } = await repository.build();
  expect(build.status).toBe('failed');
  expect(await shown(repository, commit, 'failure')).toEqual(['queued', 'in_progress', 'failure']);
  const { output } = toldOf(repository, commit).at(-1) ?? {};
  const said = JSON.stringify(output);
  expect(output).toMatchObject({
    title: expect.stringMatching(/^Failed in build: /),
    summary: expect.stringContaining(build.id),
    text: expect.stringMatching(/\n````text\n.*``` about to fail.*\n````$/s),
  });
  expect(said.length).toBeLessThan(65_535);
});

test('a host that answers 502 for a while shows in the end what became of the builds', {
  timeout: 240_000,
}, async () => {
  const client = new StackClient(stack.info);
  const repository = await testRepository(stack.info, { files: { Dockerfile: GOOD } });
  stack.hosts.github.manners.misbehave({ kind: 'status', status: 502 }, Number.POSITIVE_INFINITY, (_, path) =>
    path.includes('check-runs'),
  );
  const { commit, build } = await repository.build();
  expect(build.status).toBe('succeeded');
  // what is built meanwhile is one more report that waits
  const again = await client.request('POST', `/v1/builds/${build.id}/retry`, { at: 'commit' });
  expect(again.status).toBe(201);
  await ended(client, String((again.body as { id: unknown }).id));
  expect(toldOf(repository, commit)).toEqual([]);
  stack.hosts.github.manners.behave();
  expect(await shown(repository, commit, 'success')).toEqual(['success']);
  expect(await client.deadLetters()).toEqual([]);
});

test('a build of the same commit again is a check of its own, and what was told before stays', {
  timeout: 180_000,
}, async () => {
  const client = new StackClient(stack.info);
  const repository = await testRepository(stack.info, { files: { Dockerfile: GOOD } });
  const { commit, build } = await repository.build();
  await shown(repository, commit, 'success');
  const before = toldOf(repository, commit).length;
  const again = await client.request('POST', `/v1/builds/${build.id}/retry`, { at: 'commit' });
  await ended(client, String((again.body as { id: unknown }).id));
  await expect
    .poll(() => toldOf(repository, commit).slice(before).map(short).at(-1), { timeout: 60_000 })
    .toBe('success');
  const later = toldOf(repository, commit).slice(before);
  expect(later.map(short)[0]).toBe('queued');
  expect(new Set(later.map(({ id }) => id)).size).toBe(1);
  expect(later[0]?.id).not.toBe(toldOf(repository, commit)[0]?.id);
});
