import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeAddresses, portOf } from '#local/ports.ts';
import { accepts, Processes } from '#local/processes.ts';
import { ROOT } from '#local/root.ts';

let folder: string;
let processes: Processes;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bitflow-function-'));
  processes = new Processes(folder);
  const [address = ''] = await freeAddresses(1);
  url = `http://${address}`;
  const framework = join(ROOT, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  const source = join(ROOT, 'test/contract/http-function/echo.ts');
  await processes.start({
    name: 'echo',
    command: process.execPath,
    args: [framework, '--source', source, '--target', 'an_echo', '--port', String(portOf(address))],
    ready: () => accepts(address),
  });
});
afterAll(async () => {
  await processes.stopAll();
  await rm(folder, { recursive: true });
});

it.each([
  ['what is no JSON', { 'content-type': 'application/json' }, '{"half'],
  ['an unknown charset', { 'content-type': 'application/json; charset=nonsense' }, '{}'],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1&a[b]=2'],
  ['text', { 'content-type': 'text/plain; charset=utf-16' }, 'text'],
  ['what is compressed', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, gzipSync('{}')],
  ['what is said to be compressed', { 'content-type': 'application/json', 'content-encoding': 'no' }, '{}'],
])('the app gets the bytes and headers of %s as they were sent', async (_, headers, body) => {
  const answer = await fetch(url, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
  const seen = {
    encoding: null,
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.slice(8), value])),
  };
  expect(await answer.json()).toEqual({ ...seen, body: Buffer.from(body).toString('base64') });
});

it('the app sees that there was no type', async () => {
  const answer = await fetch(url, { method: 'POST', body: new Uint8Array([1, 2]) });
  expect(await answer.json()).toEqual({ type: null, encoding: null, body: 'AQI=' });
});

it('what is logged while a request is served has its trace', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  await fetch(url, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
  const lines = () => readFile(join(folder, 'echo.log'), 'utf8');
  await expect.poll(lines).toContain(`"logging.googleapis.com/trace":"projects/acme-builds/traces/${trace}"`);
});
