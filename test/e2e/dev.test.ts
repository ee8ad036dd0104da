import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { accepts } from '#local/processes.ts';
import { ROOT } from '#local/root.ts';
import { readStackInfo, STACK_FILE, type StackInfo } from '#local/stack-info.ts';
import { workingCopy } from '#local/working-copy.ts';

/** The value of `name` in a process's environment: how we recognise what a stack started. */
const alive = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/**
 * Pushes to the git server of `dev`, which tells the service by itself, and whoever pushes what came of it.
 * @returns the build of a Dockerfile that sleeps.
 */
async function pushed(info: StackInfo): Promise<string> {
  const fullName = 'me/app';
  const remote = `${info.git}/${fullName}.git`;
  const copy = await workingCopy(null, remote);
  onTestFinished(() => copy.remove());
  await writeFile(join(copy.dir, 'Dockerfile'), 'FROM debian:bookworm-slim\nRUN sleep 60\n');
  await copy.git('add', '--all');
  await copy.git('commit', '--message', 'the first');
  const push = async (...refs: string[]) =>
    (await execa('git', ['push', 'origin', ...refs], { cwd: copy.dir })).stderr;

  expect(await push('main:early')).toContain(
    `bitflow repos connect ${fullName} --platform github --clone-url ${remote}`,
  );
  await new StackClient(info).connect(fullName, remote);
  expect(await push('main:side')).toContain('nothing is built of side');
  expect(await push('--delete', 'side')).toContain('nothing is built of side');
  const buildOf = (text: string) => /bitflow builds watch (b-[0-9a-f]{24})/.exec(text)?.[1];
  expect(buildOf(await push('main:refs/tags/v1'))).toBeDefined();
  return buildOf(await push('main')) ?? '';
}

test('dev comes up beside another stack, and Ctrl-C in the middle of a build leaves nothing behind', async () => {
  const machine = await readMachine();
  const data = await mkdtemp(join(tmpdir(), 'bitflow-data-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const dev = spawn(machine.node, ['local/dev.ts', '--data', data], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void dev.kill('SIGKILL'));
  let output = '';
  for (const stream of [dev.stdout, dev.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  await expect.poll(() => output, { timeout: 60_000, interval: 200 }).toContain('Ready in');

  const info = await readStackInfo();
  const client = new StackClient(info);
  const buildId = await pushed(info);
  for await (const line of client.follow(buildId)) if (line.text.includes('sleep 60')) break;
  const pids = Object.values(info.pids);
  expect(pids.every(alive)).toBe(true);

  const exited = new Promise<number | null>((resolve) => dev.once('exit', resolve));
  dev.kill('SIGINT');
  expect(await exited, output).toBe(0);

  expect(pids.filter(alive)).toEqual([]);
  const ports = [info.api, info.webhooks, info.exchange, info.git].map((url) => new URL(url).host);
  const addresses = [
    ...ports,
    info.registry,
    info.cloudBuild,
    info.firestoreEmulatorHost,
    info.pubsubEmulatorHost,
  ];
  expect(await Promise.all(addresses.map(accepts))).toEqual(addresses.map(() => false));
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const socketDir = info.buildkitHost.replace('unix://', '').replace(/\/buildkit\/.*$/, '');
  expect(mounts.split('\n').filter((line) => line.includes(data) || line.includes(socketDir))).toEqual([]);
  const { stdout } = await execa(machine.engine.command, [
    ...machine.engine.globalArgs,
    'ps',
    '--all',
    '--format',
    '{{.Names}}',
  ]);
  expect(
    stdout
      .split('\n')
      .filter((name) => name.startsWith(socketDir.slice(socketDir.lastIndexOf('/') + 1).toLowerCase())),
  ).toEqual([]);
  expect(existsSync(socketDir)).toBe(false);
  expect(existsSync(STACK_FILE)).toBe(false);
  expect(existsSync(join(data, 'registry'))).toBe(true);
});
