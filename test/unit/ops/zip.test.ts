import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from '#local/root.ts';
import { unzip, zip } from '#ops/bundle/zip.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const LONG = bytes('a line of a bundle\n'.repeat(50_000));

it('gives back what was packed', () => {
  const files = { 'index.mjs': LONG, 'reference/page.css': bytes('body {}'), empty: new Uint8Array() };
  expect(unzip(zip(files))).toEqual(files);
});

it('does not go by the order in which files come', () => {
  const [a, b] = [bytes('a'), bytes('b')];
  expect(zip({ b, a, 'c/d': LONG })).toEqual(zip({ 'c/d': LONG, a, b }));
});

it('is the same in whatever time zone', async () => {
  const program = `
    import { zip } from '#ops/bundle/zip.ts';
    const packed = zip({ 'index.mjs': Buffer.from('a line of a bundle\\n'.repeat(50_000)) });
    console.log(Buffer.from(packed).toString('base64'));`;
  const here = Buffer.from(zip({ 'index.mjs': LONG })).toString('base64');
  for (const TZ of ['Asia/Tokyo', 'America/Los_Angeles']) {
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, TZ },
    });
    expect(stdout.trim()).toBe(here);
  }
});
