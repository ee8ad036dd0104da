import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { argvOf } from '#cli/dev/run-local.ts';
import { runCli } from '#test/support/cli/in-process.ts';

let made = 0;
/** A checkout whose way in says, in a file, what it was given, and ends as it was told. */
async function aCheckout(code = 0): Promise<string> {
  const path = join(inject('temporary'), `checkout-${++made}`);
  await mkdir(join(path, 'local'), { recursive: true });
  await writeFile(join(path, 'package.json'), '{"name": "bitflow"}');
  const program = `
    import { writeFileSync } from 'node:fs';
    const said = { args: process.argv.slice(2), cwd: process.cwd() };
    writeFileSync(new URL('../said.json', import.meta.url), JSON.stringify(said));
    ${code === -1 ? "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);" : `process.exit(${code});`}
  `;
  await writeFile(join(path, 'local/run.mjs'), program);
  return path;
}
const said = async (checkout: string) => JSON.parse(await readFile(join(checkout, 'said.json'), 'utf8'));

test('dev runs the checkout that this folder is in, with the options, from this folder', async () => {
  const checkout = await aCheckout();
  const cwd = join(checkout, 'deep/down');
  await mkdir(cwd, { recursive: true });
  const argv = ['dev', '--data', '../data', '--allow-host', 'a:1', '--allow-host', 'b:2', '--capacity', '3'];
  expect(await runCli(argv, { cwd })).toMatchObject({ code: 0 });
  expect(await said(checkout)).toEqual({
    args: ['dev', '--capacity=3', '--data=../data', '--allow-host=a:1', '--allow-host=b:2'],
    cwd,
  });
});

test('BITFLOW_CHECKOUT comes first, and must name one', async () => {
  const [one, other] = [await aCheckout(), await aCheckout()];
  expect((await runCli(['demo'], { cwd: one, env: { BITFLOW_CHECKOUT: other } })).code).toBe(0);
  expect((await said(other)).args).toEqual(['demo', '--app=node']);
  const wrong = await runCli(['demo'], { cwd: one, env: { BITFLOW_CHECKOUT: '/' } });
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('BITFLOW_CHECKOUT') });
});

test.each([
  [1, 1],
  [2, 2],
  [7, 1],
])('what ends with %i ends the command with %i', async (code, expected) => {
  expect((await runCli(['demo'], { cwd: await aCheckout(code) })).code).toBe(expected);
});

test('an interrupted dev waits for its end, which is a good one', async () => {
  const checkout = await aCheckout(-1);
  const interrupt = new AbortController();
  const running = runCli(['dev'], { cwd: checkout, signal: interrupt.signal });
  await expect.poll(() => said(checkout).catch(() => null)).not.toBeNull();
  interrupt.abort();
  expect((await running).code).toBe(0);
});

test('with --json, the program is asked for it too', async () => {
  const checkout = await aCheckout();
  await runCli(['dev', '--json'], { cwd: checkout });
  expect((await said(checkout)).args).toContain('--json');
});

test('options are written as they are read', () => {
  const options = { data: '-x', allowHost: ['a:1', 'b:2'], keep: true, quiet: false, none: undefined };
  expect(argvOf(options)).toEqual(['--data=-x', '--allow-host=a:1', '--allow-host=b:2', '--keep']);
});
