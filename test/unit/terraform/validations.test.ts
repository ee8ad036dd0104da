import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#local/root.ts';

const TERRAFORM = join(ROOT, 'terraform');
const files = (await readdir(TERRAFORM, { recursive: true })).filter((file) => !file.includes('.terraform/'));
const read = (file: string) => readFile(join(TERRAFORM, file), 'utf8');

/** Every variable of the root and of each module that says what it takes, with how many rules it has. */
async function guarded() {
  const declaring = files.filter((file) => /(^|\/)variables[a-z-]*\.tf$/.test(file));
  const found = await Promise.all(
    declaring.map(async (file) =>
      [...(await read(file)).matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)].map(
        ([, variable = '', body = '']) => ({
          folder: dirname(file),
          variable,
          rules: body.match(/^ {2}validation \{/gm)?.length ?? 0,
        }),
      ),
    ),
  );
  return found.flat().filter(({ rules }) => rules > 0);
}

/** How many runs of a folder's tests expect that variable to be refused. */
async function refusals(folder: string, variable: string): Promise<number> {
  const tests = files.filter(
    (file) => dirname(file) === join(folder, 'tests') && file.endsWith('.tftest.hcl'),
  );
  const text = (await Promise.all(tests.map(read))).join('\n');
  const expected = [...text.matchAll(/expect_failures\s*=\s*\[([^\]]*)\]/g)];
  return expected.filter(([, names]) => new RegExp(`\\bvar\\.${variable}\\b`).test(names ?? '')).length;
}

const variables = await guarded();

describe('a value that is nonsense', () => {
  it('is looked for in many variables', () => {
    expect(variables.length).toBeGreaterThan(80);
  });

  it.each(variables)('is refused as $variable of $folder, in a test of each rule', async (declared) => {
    expect(await refusals(declared.folder, declared.variable)).toBeGreaterThanOrEqual(declared.rules);
  });
});
