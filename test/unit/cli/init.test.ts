import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { FILES } from '#cli/init/files.ts';
import { TEMPLATE_NAMES } from '#cli/init/templates.ts';
import { writeFiles } from '#cli/init/write-files.ts';
import { runCli } from '#test/support/cli/in-process.ts';

let made = 0;
async function folder(): Promise<string> {
  const path = join(inject('temporary'), `init-${++made}`);
  await mkdir(path);
  return path;
}
const read = (...path: string[]) => readFile(join(...path), 'utf8');

describe('the templates', () => {
  test('are the folders of cli/templates, each with its files', () => {
    expect(Object.keys(FILES).sort()).toEqual([...TEMPLATE_NAMES].sort());
  });

  test.each(TEMPLATE_NAMES)('%s has a configuration, a README and what is ignored', (name) => {
    for (const file of ['README.md', 'bitflow.toml', '.gitignore', '.dockerignore'])
      expect(FILES[name]?.[file], file).toMatch(/\S\n$/);
  });
});

describe('bitflow repos init', () => {
  test('writes a template into the folder that is named', async () => {
    const cwd = await folder();
    const said = await runCli(['repos', 'init', '--template', 'rust', 'services/api'], { cwd });
    expect(said).toMatchObject({ code: 0 });
    expect(await read(cwd, 'services/api/src/main.rs')).toBe(FILES.rust?.['src/main.rs']);
    expect(said.stderr).toContain('cd services/api');
  });

  test('in a pipe, without a template, says which there are', async () => {
    const said = await runCli(['repos', 'init'], { cwd: await folder() });
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain(TEMPLATE_NAMES.join(', '));
  });

  test('knows no other template, and none of Object’s own names', async () => {
    for (const name of ['cobol', 'constructor', '__proto__', '../node'])
      expect((await runCli(['repos', 'init', '--template', name], { cwd: await folder() })).code).toBe(2);
  });

  test('leaves what is there, names it, and writes nothing at all', async () => {
    const cwd = await folder();
    await writeFile(join(cwd, 'README.md'), 'mine');
    const said = await runCli(['repos', 'init', '-t', 'node'], { cwd });
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain('README.md');
    expect(await readdir(cwd)).toEqual(['README.md']);
  });

  test('overwrites with --force, a symbolic link itself and not what it leads to', async () => {
    const cwd = await folder();
    const elsewhere = await folder();
    await writeFile(join(elsewhere, 'kept'), 'kept');
    await symlink(join(elsewhere, 'kept'), join(cwd, 'README.md'));
    await writeFile(join(cwd, 'server.js'), 'old');
    expect((await runCli(['repos', 'init', '-t', 'node', '--force'], { cwd })).code).toBe(0);
    expect(await read(cwd, 'server.js')).toBe(FILES.node?.['server.js']);
    expect(await read(cwd, 'README.md')).toBe(FILES.node?.['README.md']);
    expect(await read(elsewhere, 'kept')).toBe('kept');
  });

  test('does not put a file in the place of a folder, not even with --force', async () => {
    const cwd = await folder();
    await mkdir(join(cwd, 'server.js'));
    expect((await runCli(['repos', 'init', '-t', 'node', '--force'], { cwd })).code).toBe(2);
    expect(await readdir(cwd)).toEqual(['server.js']);
  });

  test('says the exact remote of the local stack that it is signed in to, and connects to its platform', async () => {
    const cwd = await folder();
    const checkout = await folder();
    await mkdir(join(checkout, 'local'));
    await mkdir(join(checkout, '.bitflow'));
    await writeFile(join(checkout, 'package.json'), '{"name": "bitflow"}');
    await writeFile(join(checkout, 'local/run.mjs'), '//');
    const stack = { api: 'http://127.0.0.1:4000', git: 'http://127.0.0.1:4001' };
    await writeFile(join(checkout, '.bitflow/local.json'), JSON.stringify(stack));
    const env = { BITFLOW_CHECKOUT: checkout, BITFLOW_URL: 'http://127.0.0.1:4000' };
    const here = await runCli(['repos', 'init', '-t', 'node'], { cwd, env });
    expect(here.stderr).toContain(
      `git remote add origin http://127.0.0.1:4001/me/${cwd.split('/').at(-1)}.git`,
    );
    expect(here.stderr).toContain('bitflow repos connect --platform github');
    const elsewhere = { ...env, BITFLOW_URL: 'https://builds.example.com' };
    const there = await runCli(['repos', 'init', '-t', 'node'], { cwd: await folder(), env: elsewhere });
    expect(there.stderr).toContain('https://github.com/OWNER/');
  });
});

describe('files are written all or not at all', () => {
  test('what was put is taken back where one cannot be written', async () => {
    const cwd = await folder();
    await writeFile(join(cwd, 'a'), 'old');
    await writeFile(join(cwd, 'in-the-way'), '');
    const files = { a: 'new', 'new/b': 'b', 'in-the-way/c': 'c' };
    await expect(writeFiles(cwd, files, true)).rejects.toMatchObject({ exitCode: 1 });
    expect((await readdir(cwd)).sort()).toEqual(['a', 'in-the-way']);
    expect(await read(cwd, 'a')).toBe('old');
  });

  test('also the folder, where it was made for them', async () => {
    const cwd = await folder();
    const tooLong = 'x'.repeat(300);
    await expect(writeFiles(join(cwd, 'sub/app'), { [tooLong]: '' }, false)).rejects.toMatchObject({
      exitCode: 1,
    });
    expect(await readdir(cwd)).toEqual([]);
  });
});
