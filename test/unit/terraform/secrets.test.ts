import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registrySecretId } from '#core/registry.ts';
import { hostTokenId, secretId } from '#core/repository.ts';
import { ROOT } from '#local/root.ts';

const MODULE = join(ROOT, 'terraform/modules/secrets');
const read = (file: string) => readFile(join(MODULE, file), 'utf8');

describe('the secrets in Terraform', () => {
  it('lets functions use every secret that they make at run time, and none of the service', async () => {
    const [, prefix = ''] =
      (await read('iam.tf')).match(/startsWith\(\\"projects\/[^"]*\/secrets\/([^"\\]+)\\"\)/) ?? [];
    const own = [...(await read('main.tf')).matchAll(/= "(service-[a-z-]+)"/g)].map(([, id]) => id);
    expect(prefix).not.toBe('');
    for (const id of [registrySecretId('r-1'), hostTokenId('c-1'), secretId('c-1', 'NPM_TOKEN')])
      expect(id.startsWith(prefix), id).toBe(true);
    expect(own).toHaveLength(5);
    for (const id of own) expect(id?.startsWith(prefix), id).toBe(false);
  });
});
