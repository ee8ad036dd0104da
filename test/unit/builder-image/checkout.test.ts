import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, makeRemote } from '#builder/adapters/git.ts';
import { absoluteUrl } from '#builder/checkout/submodules.ts';
import { checkout } from '#builder/checkout.ts';
import { DEFAULT_CONFIG } from '#core/build-config.ts';
import type { ExchangeGrant } from '#core/exchange.ts';
import { type GitHttp, serveGit } from '#test/support/git-http.ts';
import { Repositories } from './support/repository.ts';
import { temporaryFolder } from './support/temporary.ts';

const CREDENTIAL = { username: 'x-access-token', password: 'clone-secret' };
const AUTHORIZATION = `Basic ${Buffer.from('x-access-token:clone-secret').toString('base64')}`;

let repositories: Repositories;
let server: GitHttp;
let other: GitHttp;
let commit: string;

beforeAll(async () => {
  repositories = await Repositories.make();
  [server, other] = await Promise.all([
    serveGit(repositories.folder, { authorization: AUTHORIZATION }),
    serveGit(repositories.folder),
  ]);
  commit = await repositories.commit('app', { 'a.txt': 'first' });
});
afterAll(() => Promise.all([server.close(), other.close()]));

type Asked = Partial<ExchangeGrant['build']> & {
  url?: string;
  credential?: typeof CREDENTIAL | null;
  allow?: string[];
};

/** Checks a commit out as the builder does; returns the folder and all that git said. */
async function get({ url = server.url('app/.git'), credential = CREDENTIAL, allow = [], ...asked }: Asked) {
  const root = await temporaryFolder();
  const [gitDir, workTree] = [await mkdtemp(join(root, 'git-')), await mkdtemp(join(root, 'work-'))];
  const said: string[] = [];
  const build = {
    ...{ id: 'b-1', attempt: 1, repository: 'acme/app', ref: 'refs/heads/main', commit_sha: commit },
    ...{ root_directory: '.', builder_type: 'auto' as const, trusted: true, timeout_s: 60 },
    config: DEFAULT_CONFIG,
    ...asked,
  };
  const context = {
    env: { PATH: process.env.PATH ?? '', HOME: root },
    account: null,
    signal: new AbortController().signal,
    onStderr: (bytes: Buffer) => void said.push(bytes.toString()),
  };
  const policy = { allow: [server.host, other.host, ...allow] };
  await checkout({ build, clone: { url, credential } }, { gitDir, workTree }, policy, context, (line) =>
    said.push(line),
  );
  return { root, gitDir, workTree, said: said.join('\n') };
}

describe('checkout', () => {
  it('takes the exact commit, without .git, and leaves the credential nowhere', async () => {
    await repositories.commit('app', { 'a.txt': 'second' });
    const { root, gitDir, workTree, said } = await get({});
    expect(readFileSync(join(workTree, 'a.txt'), 'utf8')).toBe('first');
    expect(await readdir(workTree)).toEqual(['a.txt']);
    expect(said).not.toContain('clone-secret');
    const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'latin1');
      expect(text).not.toContain('clone-secret');
      expect(text).not.toContain(AUTHORIZATION);
    }
    expect(existsSync(join(gitDir, 'shallow'))).toBe(true);
  });

  it('searches the ref, then all refs, where the server does not give commits by id', async () => {
    const old = await serveGit(repositories.folder, { old: true });
    const policy = { url: old.url('app/.git'), credential: null, allow: [old.host] };
    const { workTree, gitDir } = await get(policy);
    expect(readFileSync(join(workTree, 'a.txt'), 'utf8')).toBe('first');
    expect(existsSync(join(gitDir, 'shallow'))).toBe(false);
    expect((await get({ ...policy, ref: 'refs/heads/deleted' })).workTree).toBeDefined();
    await expect(get({ ...policy, commit_sha: 'f'.repeat(40) })).rejects.toMatchObject({
      code: 'commit_not_found',
    });
    await old.close();
  });

  it.each(['refs/pull/7/head', 'refs/merge-requests/7/head'])(
    'takes the commit that only %s points to, from a server that gives none by id',
    async (ref) => {
      const name = ref.split('/')[1] ?? '';
      await repositories.commit(name, { 'a.txt': 'theirs' });
      const proposed = await repositories.commit(name, { 'a.txt': 'proposed' });
      repositories.git(name, 'update-ref', ref, proposed);
      repositories.git(name, 'reset', '--quiet', '--hard', 'HEAD^');
      const old = await serveGit(repositories.folder, { old: true });
      const from = { url: old.url(`${name}/.git`), credential: null, allow: [old.host] };
      const { workTree, said } = await get({ ...from, ref, commit_sha: proposed });
      expect(readFileSync(join(workTree, 'a.txt'), 'utf8'), said).toBe('proposed');
      await old.close();
    },
  );

  it.each([
    ['a commit that is gone', { commit_sha: 'f'.repeat(40) }, 'commit_not_found'],
    ['a wrong credential', { credential: null }, 'clone_failed'],
    ['an option as commit', { commit_sha: '--upload-pack=touch /tmp/x' }, 'commit_not_found'],
    ['an option as ref', { ref: '--upload-pack=x' }, 'path_refused'],
    ['an option behind a ref', { ref: 'refs/heads/x;touch' }, null],
    ['an option as URL', { url: '--upload-pack=touch' }, 'clone_failed'],
    ['a file URL', { url: 'file:///etc' }, 'clone_failed'],
    ['a command URL', { url: 'ext::sh -c id' }, 'clone_failed'],
    ['a private address', { url: 'https://169.254.169.254/x.git' }, 'clone_failed'],
    ['a password in the URL', { url: 'https://a:b@example.com/x.git' }, 'clone_failed'],
    ['a root directory outside', { root_directory: '../x' }, 'path_refused'],
  ] as const)('refuses or survives %s', async (_, asked, code) => {
    if (code === null) await expect(get(asked)).resolves.toBeDefined();
    else await expect(get(asked)).rejects.toMatchObject({ code });
  });

  it('refuses a public name with a private address, and pins a good one', async () => {
    const url = { href: 'https://git.example.com/x', host: 'git.example.com', allowed: false };
    expect(await makeRemote(url, null, async () => ['93.184.216.34', '10.0.0.1'])).toEqual({
      error: 'points to a private address',
    });
    const made = await makeRemote(url, null, async () => ['93.184.216.34']);
    expect(made).toMatchObject({ ok: { addresses: ['93.184.216.34'] } });
  });
});

describe('git itself', () => {
  it.each(['file:///repo', 'ext::sh -c id', 'git://127.0.0.1/x', 'ssh://127.0.0.1/x'])(
    'speaks no other protocol: %s',
    async (url) => {
      const folder = await temporaryFolder();
      const context = {
        env: { PATH: process.env.PATH ?? '', HOME: folder },
        account: null,
        signal: new AbortController().signal,
      };
      const folders = { gitDir: join(folder, 'git'), workTree: folder };
      const quiet = { ...context, onStderr: () => {} };
      await git(quiet, folders, ['init', '--quiet']);
      const { code, stderr } = await git(quiet, folders, ['fetch', '--end-of-options', url]);
      expect([code, stderr]).toEqual([128, expect.stringMatching(/transport '\w+' not allowed/)]);
    },
  );
});

describe('submodules', () => {
  const modules = (path: string, url: string) => `[submodule "lib"]\n\tpath = ${path}\n\turl = ${url}\n`;

  async function withSubmodule(name: string, path: string, url: string, recorded?: string): Promise<string> {
    const lib = recorded ?? (await repositories.commit(`${name}-lib`, { 'lib.txt': 'library' }));
    await repositories.commit(name, { '.gitmodules': modules(path, url), 'a.txt': 'app' });
    repositories.gitlink(name, path, lib);
    return repositories.save(name);
  }

  it('come at the recorded commit, with a relative address and the credential', async () => {
    const sha = await withSubmodule('rel', 'vendor/lib', '../../rel-lib/.git');
    await repositories.commit('rel-lib', { 'lib.txt': 'newer' });
    const { workTree } = await get({ url: server.url('rel/.git'), commit_sha: sha });
    expect(readFileSync(join(workTree, 'vendor/lib/lib.txt'), 'utf8')).toBe('library');
    expect(await readdir(join(workTree, 'vendor/lib'))).toEqual(['lib.txt']);
  });

  it('of another host do not get the credential', async () => {
    const sha = await withSubmodule('far', 'lib', other.url('far-lib/.git'));
    const { workTree } = await get({ url: server.url('far/.git'), commit_sha: sha });
    expect(existsSync(join(workTree, 'lib/lib.txt'))).toBe(true);
    expect(other.authorizations.length).toBeGreaterThan(0);
    expect(other.authorizations.every((header) => header === undefined)).toBe(true);
  });

  it('of the same host do not get it where the commit is of a fork', async () => {
    const sha = await withSubmodule('fork', 'lib', '../../fork-lib/.git');
    const asked = { url: server.url('fork/.git'), commit_sha: sha };
    await expect(get({ ...asked, trusted: false })).rejects.toMatchObject({
      code: 'submodule_failed',
      message: expect.stringContaining('refused to give the repository'),
    });
    await expect(get(asked)).resolves.toBeDefined();
  });

  it.each([
    ['file', 'file:///etc/passwd', /lib is refused: its address must be an https/],
    ['cmd', 'ext::sh -c touch% /tmp/x', /lib is refused/],
    ['meta', 'https://metadata.google.internal/x', /private address/],
    ['opt', '--upload-pack=x', /lib is refused/],
  ])('with a bad address are refused by name (%s)', async (name, url, message) => {
    const sha = await withSubmodule(`bad-${name}`, 'lib', url);
    await expect(get({ url: server.url(`bad-${name}/.git`), commit_sha: sha })).rejects.toMatchObject({
      code: 'submodule_failed',
      message: expect.stringMatching(message),
    });
  });

  it('whose commit is gone are named', async () => {
    await repositories.commit('gone-lib', { x: 'y' });
    const sha = await withSubmodule('gone', 'lib', '../../gone-lib/.git', 'e'.repeat(40));
    await expect(get({ url: server.url('gone/.git'), commit_sha: sha })).rejects.toMatchObject({
      code: 'submodule_failed',
      message: expect.stringContaining('The submodule lib could not be fetched'),
    });
  });

  it('have relative addresses as git has them', () => {
    expect(absoluteUrl('../lib.git', 'https://h.example/acme/app.git')).toBe(
      'https://h.example/acme/lib.git',
    );
    expect(absoluteUrl('../../other/lib', 'https://h.example/acme/app')).toBe('https://h.example/other/lib');
    expect(absoluteUrl('https://x.example/y', 'https://h.example/acme/app')).toBe('https://x.example/y');
  });
});

describe('Git LFS', () => {
  it('files replace their pointers, with the credential; a missing one is an error', async () => {
    const oid = createHash('sha256').update('big file').digest('hex');
    const pointer = (id: string) => `version https://git-lfs.github.com/spec/v1\noid sha256:${id}\nsize 8\n`;
    const attributes = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
    const good = await repositories.commit('lfs', {
      '.gitattributes': attributes,
      'a/x.bin': pointer(oid),
    });
    const bad = await repositories.commit('lfs', { 'y.bin': pointer('0'.repeat(64)) });
    const lfs = await serveGit(repositories.folder, {
      authorization: AUTHORIZATION,
      lfs: new Map([[oid, Buffer.from('big file')]]),
    });
    const asked = { url: lfs.url('lfs/.git'), allow: [lfs.host] };
    const { workTree } = await get({ ...asked, commit_sha: good });
    expect(readFileSync(join(workTree, 'a/x.bin'), 'utf8')).toBe('big file');
    await expect(get({ ...asked, commit_sha: bad })).rejects.toMatchObject({
      code: 'lfs_failed',
      fault: 'user',
    });
    await lfs.close();
  });

  it('of another repository come without the credential where the commit is of a fork', async () => {
    const oid = createHash('sha256').update('big file').digest('hex');
    const lfs = await serveGit(repositories.folder, {
      authorization: AUTHORIZATION,
      lfs: new Map([[oid, Buffer.from('big file')]]),
    });
    const commit_sha = await repositories.commit('lfs-elsewhere', {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      '.lfsconfig': `[lfs]\n\turl = ${lfs.url('private/.git/info/lfs')}\n`,
      'x.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 8\n`,
    });
    const asked = { url: lfs.url('lfs-elsewhere/.git'), allow: [lfs.host], commit_sha };
    await expect(get({ ...asked, trusted: false })).rejects.toMatchObject({ code: 'lfs_failed' });
    const { workTree } = await get(asked);
    expect(readFileSync(join(workTree, 'x.bin'), 'utf8')).toBe('big file');
    await lfs.close();
  });

  it.each(['file:///etc', 'http://10.0.0.1/lfs', 'https://localhost/lfs'])(
    'refuses the server %s',
    async (url) => {
      const name = `lfs-${url.length}`;
      const files = {
        '.gitattributes': '*.bin filter=lfs\n',
        '.lfsconfig': `[lfs]\n\turl = ${url}\n`,
        'a.bin': 'x',
      };
      const sha = await repositories.commit(name, files);
      await expect(get({ url: server.url(`${name}/.git`), commit_sha: sha })).rejects.toMatchObject({
        code: 'lfs_failed',
      });
    },
  );
});
