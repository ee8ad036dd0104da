import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';

const read = (file: string) => readFile(join(ROOT, file), 'utf8');
const files = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT });
const pages = await Promise.all(files.map(async (file) => ({ file, text: await read(file) })));
const readme = await read('README.md');
const Package = z.object({ scripts: z.record(z.string(), z.string()) });
const { scripts } = Package.parse(JSON.parse(await read('package.json')));

/** The anchors that a git host makes of a page's headings. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  return headings.map((heading) => heading.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
}

describe('the documentation', () => {
  it.each(pages)('has no dead link in $file', async ({ file, text }) => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead: string[] = [];
    for (const link of links.filter((link) => !/^https?:/.test(link))) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      const isThere =
        existsSync(join(ROOT, target)) &&
        (anchor === undefined || anchorsOf(await read(target)).includes(anchor));
      if (!isThere) dead.push(link);
    }
    expect(dead).toEqual([]);
  });

  it('has every page of docs/ among what the README says to read on', () => {
    const guides = files.filter((file) => /^docs\/[^/]+$/.test(file));
    expect(guides.filter((file) => !readme.includes(`](${file})`))).toEqual([]);
  });

  it.each(Object.keys(scripts))('tells of `npm run %s`', (script) => {
    const command = new RegExp(`npm (?:run )?${script}(?![\\w:-])`);
    expect(pages.filter(({ text }) => command.test(text)).map(({ file }) => file)).not.toEqual([]);
  });
});
