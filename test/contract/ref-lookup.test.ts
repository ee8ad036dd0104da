import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { refsHttp } from '#adapters/refs/http.ts';
import { gitRefLookup } from '#adapters/refs/lookup.ts';
import { UserError } from '#core/errors.ts';
import { serveGit } from '#test/support/git-http.ts';
import { listen } from '#test/support/listen.ts';

const MAIN = 'refs/heads/main';

/** A server on this machine, until the end of the test. @returns `host:port`. */
async function serving(listener: RequestListener): Promise<string> {
  const { address, close } = await listen(createServer(listener));
  onTestFinished(close);
  return address;
}

/** What a host that is allowed answers when asked for `main`. */
async function askedOf(host: string): Promise<unknown> {
  const resolved = gitRefLookup({ allow: [host] }).resolve(`http://${host}/shop.git`, [MAIN], null);
  return resolved.catch((error: unknown) => error);
}

it('finds what a ref of a real repository points to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitflow-refs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args]).toString();
  git('init', '--quiet', '--initial-branch=main', 'shop.git');
  git('-C', 'shop.git', 'commit', '--quiet', '--allow-empty', '-m', 'first');
  const server = await serveGit(folder);
  onTestFinished(server.close);
  const sha = git('-C', 'shop.git', 'rev-parse', 'HEAD').trim();
  expect(await askedOf(server.host)).toEqual(new Map([[MAIN, sha]]));
});

it('follows nobody elsewhere: not a redirect to an address inside', async () => {
  let reached = 0;
  const inside = await serving((_, response) => {
    reached += 1;
    response.end();
  });
  const host = await serving((request, response) => {
    response.writeHead(302, { location: `http://${inside}${request.url}` }).end();
  });
  const refused = await askedOf(host);
  expect(refused).toBeInstanceOf(UserError);
  expect(refused).toMatchObject({ code: 'refused', message: expect.stringContaining('elsewhere') });
  expect(reached).toBe(0);
});

it('reads no more than a list of refs may be', async () => {
  const chunk = Buffer.alloc(256 * 1024);
  const host = await serving((_, response) => {
    const endless = new Readable({ read: () => endless.push(chunk) });
    endless.pipe(response).on('close', () => endless.destroy());
  });
  const { body } = await refsHttp([host]).request({ url: `http://${host}/` });
  let size = 0;
  const reading = async () => {
    for await (const part of body ?? []) {
      size += part.length;
      if (size > 32 * 1024 * 1024) return;
    }
  };
  await expect(reading()).rejects.toThrow('larger than');
});
