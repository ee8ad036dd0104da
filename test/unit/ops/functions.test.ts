import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { bundle } from '#ops/bundle/functions.ts';
import { unzip } from '#ops/bundle/zip.ts';

const dir = await mkdtemp(join(inject('temporary'), 'bundled-'));

async function written(name: string, source: string): Promise<string> {
  const folder = join(dir, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.ts'), source);
  return folder;
}

it('changes the zip of the function that changed, and no other', async () => {
  await written('shared', 'export const shared = (name: string) => `hello ${name}`;');
  const using = (name: string) =>
    `import { shared } from '../shared/index.ts';\nconsole.log(shared('${name}'));`;
  const folders = { one: await written('one', using('one')), two: await written('two', using('two')) };
  const before = await bundle(folders);
  await written('two', using('three'));
  const after = await bundle(folders);
  expect(after.one).toEqual(before.one);
  expect(after.two).not.toEqual(before.two);
});

it('packs the program, what npm needs and the assets, and nothing of this machine', async () => {
  const folders = { one: await written('alone', 'console.log(1);') };
  const { one = new Uint8Array() } = await bundle(folders, { one: { 'page/a.css': Buffer.from('a {}') } });
  const files = unzip(one);
  expect(Object.keys(files)).toEqual(['index.mjs', 'package-lock.json', 'package.json', 'page/a.css']);
  expect(JSON.parse(Buffer.from(files['package.json'] ?? []).toString())).toMatchObject({
    name: 'bitflow-one',
    main: 'index.mjs',
    engines: { node: '24' },
  });
});
