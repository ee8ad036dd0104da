import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '#ops/cloud/problem.ts';
import { Tools } from '#ops/cloud/tools.ts';

/** Says that it runs, counts what it is sent until its input says so, and ends by itself. */
const COUNTS = `
  const { writeFileSync, existsSync } = require('node:fs');
  const [out] = process.argv.slice(1);
  let interrupts = 0;
  process.on('SIGINT', () => {
    interrupts += 1;
    process.stderr.write(', told');
    setTimeout(() => { writeFileSync(out, String(interrupts)); process.exit(0); }, 700);
  });
  process.stderr.write('runs');
  setInterval(() => {}, 1000);
`;

async function shows(file: string, text: string): Promise<void> {
  while ((await readFile(file, 'utf8')) !== text) await setTimeout(20);
}

describe('a tool that is interrupted', () => {
  it('gets one Ctrl-C, however often it was pressed, and is waited for', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'bitflow-tools-'));
    const counted = join(dir, 'counted');
    const live = createWriteStream(join(dir, 'live'));
    await new Promise((resolve) => live.once('open', resolve));
    const tools = new Tools({ env: { PATH: process.env.PATH }, live });
    const done = tools.show(process.execPath, ['-e', COUNTS, counted]).catch((error: unknown) => error);
    await shows(join(dir, 'live'), 'runs');
    tools.interrupt();
    await shows(join(dir, 'live'), 'runs, told');
    tools.interrupt();
    expect(await done).toBeInstanceOf(Interrupted);
    expect(await readFile(counted, 'utf8')).toBe('1');
    await expect(tools.read('true', [])).rejects.toBeInstanceOf(Interrupted);
    live.destroy();
    await rm(dir, { recursive: true });
  });
});
