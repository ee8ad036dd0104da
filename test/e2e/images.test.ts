import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { realRegistry } from '#test/support/real-registry.ts';
import { ended, testRepository, writeFiles } from '#test/support/stack.ts';

const FILES = { Dockerfile: 'FROM scratch\nCOPY text /\n', text: 'first' };

const Image = z.looseObject({ digest: z.string(), tags: z.array(z.string()), build: z.unknown() });
const Images = z.object({ images: z.array(Image), next_cursor: z.string().nullable() });

describe('images, in the installation’s registry and in one of the team’s own', () => {
  let own: Awaited<ReturnType<typeof realRegistry>>;
  let stack: Stack;
  let client: StackClient;
  beforeAll(async () => {
    own = await realRegistry();
    stack = await startStack({
      machine: await readMachine(),
      env: { REGISTRY_ALLOW_HOSTS: `${own.address},${own.tokens}`, SWEEP_GRACE_MS: '1000' },
      sweepEveryMs: 1000,
      log: () => undefined,
    });
    client = new StackClient(stack.info);
  });
  afterAll(async () => {
    await stack?.stop();
    await own?.close();
  });

  const repositoryOf = (fullName: string) => `/v1/repositories/${encodeURIComponent(fullName)}`;
  const images = async (fullName: string, query = '') => {
    const { status, body } = await client.request('GET', `${repositoryOf(fullName)}/images${query}`);
    expect(status, JSON.stringify(body)).toBe(200);
    return Images.parse(body).images;
  };
  /** Connects the second registry under its address, with the credential of one of its users. */
  async function connect(path: string, credential: { username: string; password: string }): Promise<string> {
    const asked = { kind: 'other', url: `${own.address}/${path}`, credential };
    const { status, body } = await client.request('POST', '/v1/registries', asked);
    expect(status, JSON.stringify(body)).toBe(201);
    expect(JSON.stringify(body)).not.toContain(credential.password);
    return z.object({ id: z.string() }).parse(body).id;
  }

  test('a tag is moved back until the next push, a removed one stays away, an image goes when nothing needs it', async () => {
    const repository = await testRepository(stack.info, { files: FILES });
    const path = `${stack.info.registry}/release/local/${repository.fullName}`;
    const anybody = ociRegistry({ insecure: [stack.info.registry], credential: async () => null });
    const first = await repository.build();
    await writeFiles(repository.copy.dir, { text: 'second' });
    const second = await repository.build();
    const [older = '', newer = ''] = [first, second].map(({ build }) => build.image?.digest);

    const listed = await images(repository.fullName);
    expect(listed.map(({ digest }) => digest).toSorted()).toEqual([older, newer].toSorted());
    expect(listed.find(({ digest }) => digest === newer)).toMatchObject({
      platforms: ['linux/amd64'],
      size_bytes: second.build.image?.size_bytes,
      build: { id: second.build.id, commit_sha: second.commit },
    });

    const base = `${repositoryOf(repository.fullName)}/images`;
    const moved = await client.request('PUT', `${base}/tags/latest`, { digest: older });
    expect(moved).toEqual({ status: 200, body: { tag: 'latest', digest: older, written: true } });
    expect(await anybody.digest(path, 'latest')).toBe(older);

    const needed = await client.request('DELETE', `${base}/${older}`);
    expect(needed).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('the tag latest') },
    });
    const own2 = `main-auto-${second.commit.slice(0, 7)}`;
    expect(await client.request('DELETE', `${base}/tags/${own2}`)).toMatchObject({ status: 204 });
    expect(await client.request('DELETE', `${base}/tags/${own2}`)).toMatchObject({ status: 404 });
    expect(await client.request('DELETE', `${base}/${newer}`)).toMatchObject({ status: 204 });
    expect(await client.request('GET', `${base}/${newer}`)).toMatchObject({ status: 404 });
    expect(await anybody.digest(path, newer)).toBeNull();

    await writeFiles(repository.copy.dir, { text: 'third' });
    const third = await repository.build();
    expect(await anybody.digest(path, 'latest')).toBe(third.build.image?.digest);
    // what was deleted can be built again, from the same commit or another
    await writeFiles(repository.copy.dir, { text: 'second' });
    const again = await repository.build();
    expect(again.build, again.log).toMatchObject({ status: 'succeeded' });
    expect(await anybody.digest(path, 'latest')).toBe(again.build.image?.digest);
  });

  test('a build is released to the team’s own registry, and to nothing else', async () => {
    const id = await connect('release', own.user);
    const repository = await testRepository(stack.info, { files: FILES });
    await repository.copy.commitAndPush('first');
    const url = `${own.address}/release`;
    const asked = { repository_id: repository.fullName, build_config: { registry_url: url } };
    const { build, log } = await ended(client, (await client.create(asked)).id);
    expect(build, log).toMatchObject({ status: 'succeeded' });
    const path = `${url}/${repository.fullName}`;
    expect(build.image?.reference).toBe(`${path}@${build.image?.digest}`);
    const there = ociRegistry(own.access);
    expect(await there.digest(path, 'latest')).toBe(build.image?.digest);
    const here = ociRegistry({ insecure: [stack.info.registry], credential: async () => null });
    const released = `${stack.info.registry}/release/local/${repository.fullName}`;
    expect(await here.digest(released, 'latest')).toBeNull();

    expect(await images(repository.fullName)).toEqual([]);
    const [image] = await images(repository.fullName, `?registry_id=${id}`);
    expect(image).toMatchObject({ digest: build.image?.digest, build: { id: build.id } });
    const tag = `${repositoryOf(repository.fullName)}/images/tags/latest?registry_id=${id}`;
    expect(await client.request('DELETE', tag)).toMatchObject({ status: 204 });
    expect(await there.digest(path, 'latest')).toBeNull();
  });

  test('one that does not let us in fails the build with what to do; with a good credential it goes', async () => {
    const id = await connect('release/denied', own.reader);
    const repository = await testRepository(stack.info, { files: FILES });
    await repository.copy.commitAndPush('first');
    const url = `${own.address}/release/denied`;
    const asked = { repository_id: repository.fullName, build_config: { registry_url: url } };
    const denied = await ended(client, (await client.create(asked)).id);
    const message = expect.stringContaining(`Check the credential of ${id}`);
    expect(denied.build).toMatchObject({
      status: 'failed',
      image: null,
      error: { code: 'promotion_failed', message },
    });
    const credential = `/v1/registries/${id}/credential`;
    expect(await client.request('PUT', credential, own.user)).toMatchObject({ status: 204 });
    const { build, log } = await ended(client, (await client.create(asked)).id);
    expect(build, log).toMatchObject({ status: 'succeeded' });

    expect(await client.request('DELETE', `/v1/registries/${id}`)).toMatchObject({ status: 204 });
    expect(await client.request('POST', '/v1/builds', asked)).toMatchObject({ status: 422 });
  });
});
