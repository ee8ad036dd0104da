import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { configurations, terraform, terraformDone } from '#test/support/terraform.ts';

const folders = await configurations();
/** Where a configuration's tests run: the root's are of its variables, and would plan all else 43 times. */
async function testedIn(folder: string): Promise<string> {
  if (folder !== 'terraform') return folder;
  const { dir } = inject('terraform');
  for (const part of ['variables.tf', 'tests'])
    await cp(join(dir, folder, part), join(dir, 'variables', part), { recursive: true });
  await terraformDone('variables', ['init', '-input=false', '-no-color']);
  return 'variables';
}

const isModule = (folder: string) => folder.startsWith('terraform/modules/');

describe('terraform', () => {
  it('is formatted', async () => {
    const { failed, all } = await terraform('terraform', [
      'fmt',
      '-check',
      '-recursive',
      '-diff',
      '-no-color',
    ]);
    expect({ failed, all }).toEqual({ failed: false, all: '' });
  });

  it('has modules, a root and two examples', () => {
    expect(folders.filter((folder) => !isModule(folder))).toEqual([
      'terraform',
      'terraform/examples/minimal',
      'terraform/examples/production',
    ]);
    expect(folders.filter(isModule).length).toBeGreaterThan(20);
  });

  it.concurrent.each(folders)('%s is valid, and its own tests pass', async (folder) => {
    await terraformDone(folder, ['init', '-backend=false', '-input=false', '-no-color']);
    await terraformDone(folder, ['validate', '-no-color']);
    const tests = await terraformDone(await testedIn(folder), ['test', '-no-color']);
    expect(tests).toMatch(/Success! [1-9][0-9]* passed, 0 failed\./);
  });
});
