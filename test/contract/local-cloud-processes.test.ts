import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { cloudBuildClient, projectId } from '#test/support/cloud-build.ts';
import { engineCall, testEngine, tinyImage } from '#test/support/tiny-image.ts';

vi.setConfig({ testTimeout: 60_000 });
let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bitflow-process-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Starts an entry file as the stack does and answers its one line, parsed. */
const start = async (entry: string, options: object): Promise<unknown> => {
  const file = path.join(folder, 'options.json');
  await writeFile(file, JSON.stringify(options));
  const started = spawn(process.execPath, [entry, file], {
    // Nobody listens there: publishing fails, which must not keep the process from ending.
    env: { ...process.env, PUBSUB_EMULATOR_HOST: '127.0.0.1:1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = await once(createInterface({ input: started.stdout }), 'line');
  return JSON.parse(String(line));
};

const address = z.string().regex(/^127\.0\.0\.1:\d+$/);

it.each(['SIGTERM', 'a closed stdin'])(
  'cloud-build/main.ts ends on %s, and its containers with it',
  async (way) => {
    const engine = await testEngine();
    const image = await tinyImage(engine);
    const containerPrefix = `bftest-${randomBytes(4).toString('hex')}`;
    const ready = await start('local/cloud-build/main.ts', {
      projectIds: [projectId],
      engine,
      capacity: 1,
      workDir: path.join(folder, 'work'),
      containerPrefix,
      pull: 'never',
      metadata: { serviceAccount: 'builder@demo' },
    });
    const addresses = z.strictObject({ cloudBuild: address, metadata: address }).parse(ready);
    const client = cloudBuildClient(addresses.cloudBuild);
    // The step finds the metadata server in its environment.
    const args = ['-c', `[ "$$GCE_METADATA_HOST" = "${addresses.metadata}" ] && exec sleep 300`];
    await client.createBuild({ projectId, build: { steps: [{ name: image, entrypoint: 'sh', args }] } });
    const containers = () =>
      engineCall(engine, [
        'ps',
        '--all',
        '--format',
        '{{.Names}} {{.Status}}',
        '--filter',
        `label=bitflow.stack=${containerPrefix}`,
      ]);
    await vi.waitFor(async () => expect(await containers()).toMatch(/Up /), {
      timeout: 20_000,
      interval: 200,
    });
    const ended = once(child ?? expect.fail(), 'exit');
    if (way === 'SIGTERM') child?.kill('SIGTERM');
    else child?.stdin?.end();
    expect(await ended).toEqual([0, null]);
    expect(await containers()).toBe('');
    await client.close();
  },
);

it('secret-manager/main.ts says where it is and ends when told', async () => {
  const ready = await start('local/secret-manager/main.ts', { projectIds: [projectId] });
  z.strictObject({ secretManager: address }).parse(ready);
  const ended = once(child ?? expect.fail(), 'exit');
  child?.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('an options file with a mistake is refused by the name of the field', async () => {
  const file = path.join(folder, 'options.json');
  await writeFile(file, JSON.stringify({ projectIds: [], port: 'x' }));
  const failed = spawn(process.execPath, ['local/secret-manager/main.ts', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  failed.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  expect(await once(failed, 'close')).toEqual([1, null]);
  expect(said).toMatch(/projectIds/);
  expect(said).toMatch(/port/);
});
