import { expect, it } from 'vitest';
import { WorkTree } from './place.ts';
import type { Started } from './suite.ts';

const GONE = '0123456789abcdef0123456789abcdef01234567';
const refused = { name: 'UserError', code: 'refused' };

/** What a host is asked about a repository. */
export function itReads(at: () => Started): void {
  const shop = () => ({ ...at().place, ...at() });

  it('looks a repository up, with what the token may do', async () => {
    const { host, local, access, url } = shop().place;
    const facts = local.state.facts('acme/shop');
    const found = {
      host_id: String(facts.id),
      full_name: 'acme/shop',
      clone_url: `${url}/acme/shop.git`,
      default_branch: 'main',
      private: false,
      archived: false,
    };
    expect(await host.look(access('admin'))).toEqual({ ...found, may: 'admin' });
    expect(await host.look(access('write'))).toEqual({ ...found, may: 'write' });
    expect(await host.look(access('read'))).toEqual({ ...found, may: 'read' });
    expect(await host.look(access('nobody'))).toEqual({ ...found, may: 'read' });
    Object.assign(facts, { archived: true, private: true });
    try {
      expect(await host.look(access())).toMatchObject({ archived: true, private: true });
      await expect(host.look(access('nobody'))).rejects.toMatchObject(refused);
    } finally {
      Object.assign(facts, { archived: false, private: false });
    }
  });

  it('finds no default branch where there is no commit', async () => {
    const { place } = shop();
    new WorkTree(place.git.folder, 'acme/empty');
    expect(await place.host.look(place.access('admin', 'acme/empty'))).toMatchObject({
      default_branch: null,
    });
  });

  it('refuses a repository that is not there, a bad token, and a name that is none', async () => {
    const { host, access } = shop().place;
    await expect(host.look(access('admin', 'acme/nowhere'))).rejects.toMatchObject(refused);
    await expect(host.look(access('wrong'))).rejects.toMatchObject(refused);
    await expect(host.look(access('wrong'))).rejects.toThrow(/credential|token/);
    await expect(host.look(access('admin', 'shop'))).rejects.toMatchObject(refused);
  });

  it('says that a repository has another name now', async () => {
    const { host, local, access } = shop().place;
    const facts = local.state.facts('acme/shop');
    facts.renamed_to = 'acme/store';
    try {
      await expect(host.look(access())).rejects.toMatchObject(refused);
      await expect(host.look(access())).rejects.toThrow('acme/store');
    } finally {
      facts.renamed_to = null;
    }
  });

  it('reads a file at a commit, whatever its name', async () => {
    const { host, access } = shop().place;
    const { first = '', renamed = '' } = shop().commits;
    const read = (commit: string, path: string) => host.readFile(access(), commit, path, 65_536);
    expect(await read(first, 'README.md')).toBe('Shop\n');
    expect(await read(first, 'docs/ä ö #?%2F&=+.md')).toBe('Grüße, 你好\n');
    expect(await read(renamed, 'src/app.ts')).toBeNull();
    expect(await read(renamed, 'src')).toBeNull();
    expect(await read(GONE, 'README.md')).toBeNull();
  });

  it('reads a file no larger than it may be', async () => {
    const { host, git, access } = shop().place;
    git.write('large.txt', 'é'.repeat(32_768));
    git.write('huge.txt', 'x'.repeat(2 * 1024 * 1024));
    git.write('none.txt', '');
    const commit = git.commit('large files');
    const read = (path: string, bytes: number) => host.readFile(access(), commit, path, bytes);
    expect(await read('large.txt', 65_536)).toBe('é'.repeat(32_768));
    await expect(read('large.txt', 65_535)).rejects.toMatchObject(refused);
    await expect(read('huge.txt', 65_536)).rejects.toMatchObject(refused);
    expect(await read('none.txt', 65_536)).toBe('');
  });

  it('knows what changed between any two commits, exactly as git does', async () => {
    const { host, git, access } = shop().place;
    const commits = Object.entries(shop().commits);
    for (const [from, before] of commits)
      for (const [to, after] of commits) {
        const changed = await host.changedPaths(access(), before, after);
        expect(changed, `${from}..${to}`).toMatchObject({ known: true });
        const paths = changed.known ? [...changed.paths].toSorted() : null;
        expect(paths, `${from}..${to}`).toEqual(git.diff(before, after));
      }
  });

  it('knows it as exactly, or says that it does not, where the host cuts its lists', async () => {
    const { host, local, git, access } = shop().place;
    const { first = '', many = '', ...others } = shop().commits;
    let known = 0;
    try {
      for (const limit of [9, 70]) {
        local.state.treeLimit = limit;
        for (const after of [many, ...Object.values(others)]) {
          const changed = await host.changedPaths(access(), first, after);
          if (!changed.known) continue;
          known += 1;
          expect([...changed.paths].toSorted()).toEqual(git.diff(first, after));
        }
      }
    } finally {
      local.state.treeLimit = Number.POSITIVE_INFINITY;
    }
    expect(known).toBeGreaterThan(10);
  });

  it('does not know it of a commit that is gone', async () => {
    const { host, access } = shop().place;
    const { first = '' } = shop().commits;
    expect(await host.changedPaths(access(), GONE, first)).toMatchObject({ known: false });
    expect(await host.changedPaths(access(), first, GONE)).toMatchObject({ known: false });
  });

  it('reads a commit’s message, the start of a long one', async () => {
    const { host, git, access } = shop().place;
    const { renamed = '' } = shop().commits;
    expect(await host.commitMessage(access(), renamed)).toBe('rename\n\nwith a body');
    expect(await host.commitMessage(access(), GONE)).toBeNull();
    const long = git.commit('x'.repeat(5000));
    expect(await host.commitMessage(access(), long)).toBe('x'.repeat(4000));
  });

  it('reads a pull request as it is now', async () => {
    const { host, local, access } = shop().place;
    const { side = '' } = shop().commits;
    const request = {
      number: 7,
      full_name: 'acme/shop',
      head_sha: side,
      head_branch: 'side/of it',
      head_repository: 'acme/shop',
      base_branch: 'main',
      title: 'A side',
      labels: ['bug', 'bitflow-approved'],
      state: 'open' as 'open' | 'closed',
      updated_at: Date.parse('2026-01-02T03:04:05Z'),
    };
    local.state.pullRequests.push(request);
    const found = {
      repository: 'acme/shop',
      host_id: String(local.state.facts('acme/shop').id),
      number: 7,
      commit_sha: side,
      head_branch: 'side/of it',
      head_repository: 'acme/shop',
      base_branch: 'main',
      labels: ['bug', 'bitflow-approved'],
      title: 'A side',
      changed_at: request.updated_at,
      open: true,
    };
    expect(await host.pullRequest(access(), 7)).toEqual(found);
    new WorkTree(shop().place.git.folder, 'somebody/shop');
    request.head_repository = 'somebody/shop';
    expect(await host.pullRequest(access(), 7)).toEqual({ ...found, head_repository: 'somebody/shop' });
    request.head_repository = 'somebody/deleted-it';
    expect(await host.pullRequest(access(), 7)).toEqual({ ...found, head_repository: null });
    request.state = 'closed';
    expect(await host.pullRequest(access(), 7)).toMatchObject({ open: false });
    expect(await host.pullRequest(access(), 8)).toBeNull();
  });

  it('gives a repository’s own token for cloning it, and for no other address', async () => {
    const { host, url, access } = shop().place;
    const own = await host.cloneCredential(access());
    expect(own?.password.reveal()).toBe('admin-token');
    for (const clone_url of [
      `${url}.evil.test/acme/shop.git`,
      `${url}/acme/other.git`,
      'http://git.test@evil.test/acme/shop.git',
    ])
      expect(await host.cloneCredential({ ...access(), clone_url })).toBeNull();
    expect(await host.cloneCredential(access('nobody'))).toBeNull();
    expect(host.cloneUrl('acme/shop')).toBe(`${url}/acme/shop.git`);
  });
}
