import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { UserError } from '#core/errors.ts';
import { listen } from '#test/support/listen.ts';
import { INDEX_TYPE } from '#test/support/registry-images.ts';

/** Manifests as a hostile builder may push them, by digest. */
function hostile() {
  const manifests = new Map<string, string>();
  const index = (children: readonly string[]): string => {
    const entries = children.map((digest) => ({ mediaType: INDEX_TYPE, digest, size: 1 }));
    const text = JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: entries });
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    manifests.set(digest, text);
    return digest;
  };
  return { manifests, index };
}

/** A registry with these manifests, which takes whatever it is given. @returns its address, and what it was asked. */
async function serving(manifests: ReadonlyMap<string, string>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const digest = request.url?.split('/').at(-1) ?? '';
    asked.push(`${request.method} ${digest}`);
    request.resume();
    if (request.method === 'GET')
      return void response.writeHead(200, { 'content-type': INDEX_TYPE }).end(manifests.get(digest));
    response.writeHead(201).end();
  });
  const { address, close } = await listen(server);
  onTestFinished(close);
  const registry = ociRegistry({ insecure: [address], credential: async () => null });
  return {
    asked,
    copy: (digest: string) => registry.copy(`${address}/staging/app`, digest, `${address}/release/app`),
  };
}

it('copies a manifest once, however often indexes of indexes name it', async () => {
  const { manifests, index } = hostile();
  let top = index([]);
  for (let level = 0; level < 10; level++) top = index([top, top]);
  const { asked, copy } = await serving(manifests);
  await copy(top);
  expect(asked.toSorted()).toEqual(
    [...manifests.keys()].flatMap((one) => [`GET ${one}`, `PUT ${one}`]).toSorted(),
  );
});

it('refuses an image of more manifests than one has', async () => {
  const { manifests, index } = hostile();
  let top = index([]);
  for (let level = 0; level < 300; level++) top = index([top]);
  const { asked, copy } = await serving(manifests);
  await expect(copy(top)).rejects.toThrow(UserError);
  expect(asked).toHaveLength(200);
});
