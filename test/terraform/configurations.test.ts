import { describe, expect, it } from 'vitest';
import { configurations, terraform, terraformDone } from '#test/support/terraform.ts';

const folders = await configurations();
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
    const tests = await terraformDone(folder, ['test', '-no-color']);
    expect(tests).toMatch(/Success! [1-9][0-9]* passed, 0 failed\./);
  });
});
