import { execa } from 'execa';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type RegistryAccess, RegistryHttp } from '#adapters/registry/http.ts';
import { MANIFEST_TYPES } from '#adapters/registry/manifests.ts';
import { Secret } from '#core/secret.ts';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { runToEnd } from '#local/run-image.ts';
import { ended, localImage, type TestRepository, testRepository, writeFiles } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const Tags = z.object({ tags: z.array(z.string()).nullable() });
const DEBIAN = 'FROM debian:bookworm-slim';

/** Proposes files in a pull request, as a host keeps its head in the repository; nothing of it is on a branch. */
async function propose(
  { copy }: TestRepository,
  number: number,
  files: Record<string, string>,
): Promise<void> {
  await copy.git('checkout', '--quiet', '--detach');
  await writeFiles(copy.dir, files);
  await copy.git('add', '--all');
  await copy.git('commit', '--quiet', '--message', `pull request ${number}`);
  await copy.git('push', '--quiet', '--force', 'origin', `HEAD:refs/pull/${number}/head`);
  await copy.git('checkout', '--quiet', 'main');
}

/** Builds a pull request or a branch, on demand. */
async function build(repository: TestRepository, ref: string) {
  const { id } = await client.create({ repository_id: repository.id, ref });
  return ended(client, id);
}

/** A worker that knows nothing: all that BuildKit itself keeps is gone. */
async function forget(): Promise<void> {
  const { buildctl } = await readMachine();
  await execa(buildctl, ['--addr', info.buildkitHost, 'prune', '--all']);
}

/** The digest of each tag of a repository's registry cache; none where there is no cache. */
async function cacheOf({ fullName }: TestRepository): Promise<Record<string, string | null>> {
  const { username, password } = info.registryBuilder;
  const access: RegistryAccess = {
    insecure: [info.registry],
    credential: async () => ({ username, password: new Secret(password) }),
  };
  const http = new RegistryHttp(access);
  const name = `cache/${localImage(fullName).name}`;
  const request = {
    method: 'GET',
    scopes: [`repository:${name}:pull`],
    headers: { accept: MANIFEST_TYPES },
  } as const;
  const ask = (path: string) =>
    http.send(info.registry, `${http.base(info.registry)}/v2/${name}/${path}`, request);
  const listed = await ask('tags/list');
  if (listed.status === 404) return {};
  const { tags } = Tags.parse(await listed.json());
  const digests = await Promise.all(
    (tags ?? []).map(
      async (tag) => [tag, (await ask(`manifests/${tag}`)).headers.get('docker-content-digest')] as const,
    ),
  );
  return Object.fromEntries(digests);
}

describe('a build of a pull request that anybody may have made', () => {
  test('gets no secret of the repository', async () => {
    const value = `marker-${crypto.randomUUID()}`;
    const mount = 'RUN --mount=type=secret,id=API_KEY,env=API_KEY';
    const steps = (whose: string, options = '') =>
      `${DEBIAN}\n${mount}${options} echo "${whose} key: \${API_KEY:-nothing}"\n`;
    const repository = await testRepository(info, { files: { Dockerfile: steps('our') } });
    const path = `/v1/repositories/${repository.id}/secrets/API_KEY`;
    expect((await client.request('PUT', path, { value })).status).toBe(204);
    const own = await repository.build();
    expect(own.log).toContain('our key: [secret API_KEY]');

    await propose(repository, 7, { Dockerfile: steps('their') });
    const proposed = await build(repository, 'refs/pull/7/head');
    expect(proposed.build, proposed.log).toMatchObject({ status: 'succeeded' });
    expect(proposed.log).toContain('their key: nothing');

    await propose(repository, 8, { Dockerfile: steps('wanted', ',required=true') });
    const demanding = await build(repository, 'refs/pull/8/head');
    expect(demanding.build).toMatchObject({
      status: 'failed',
      error: {
        code: 'secret_missing',
        message: expect.stringContaining('a build of a fork gets no secrets'),
      },
    });
    expect(proposed.log + demanding.log).not.toContain(value);
  });

  test('reads the cache of main, and leaves none that main reads', async () => {
    const unique = crypto.randomUUID();
    const [shared, mount] = [`RUN echo ${unique} > /shared`, 'RUN --mount=type=cache,target=/kept'];
    const look = `${mount} cat /kept/mark 2>/dev/null || echo nothing is kept`;
    const files = { Dockerfile: [DEBIAN, shared, look, 'COPY text /', ''].join('\n'), text: '1' };
    const repository = await testRepository(info, { files });
    await repository.copy.commitAndPush('first', 'main');
    const leave = [DEBIAN, shared, `${mount} echo theirs > /kept/mark`, ''].join('\n');

    await propose(repository, 7, { Dockerfile: leave });
    const before = await build(repository, 'refs/pull/7/head');
    expect(before.build, before.log).toMatchObject({ status: 'succeeded' });
    expect(await cacheOf(repository)).toEqual({});

    await forget();
    const main = await build(repository, 'refs/heads/main');
    expect(main.build, main.log).toMatchObject({ status: 'succeeded' });
    expect(main.log).not.toContain(`${shared.slice(4)}: cached`);
    const cache = await cacheOf(repository);
    expect(Object.values(cache)).toEqual([expect.stringMatching(/^sha256:/)]);

    await forget();
    await propose(repository, 8, { Dockerfile: leave, text: '2' });
    const after = await build(repository, 'refs/pull/8/head');
    expect(after.build, after.log).toMatchObject({ status: 'succeeded' });
    expect(after.log).toContain(`${shared.slice(4)}: cached`);
    expect(await cacheOf(repository)).toEqual(cache);

    // The same BuildKit, which still has the mount that the pull request wrote into.
    await writeFiles(repository.copy.dir, { Dockerfile: [DEBIAN, `${look}; echo ${unique}`, ''].join('\n') });
    await repository.copy.commitAndPush('look', 'main');
    const again = await build(repository, 'refs/heads/main');
    expect(again.build, again.log).toMatchObject({ status: 'succeeded' });
    expect(again.log).toMatch(/nothing is kept$/m);
    expect(again.log).not.toMatch(/theirs$/m);
  });
});

test('an image of the rules is built by the Dockerfile and the stage that they name', async () => {
  const images =
    '[[images]]\nname = "api"\nroot = "services/api"\ndockerfile = "deploy/Api.Dockerfile"\ntarget = "prod"\n';
  const repository = await testRepository(info, {
    files: {
      'bitflow.toml': images,
      Dockerfile: 'FROM scratch\nCOPY nothing-there /\n',
      'services/api/Dockerfile': 'FROM scratch\nCOPY nothing-there /\n',
      'services/api/deploy/Api.Dockerfile': [
        `${DEBIAN} AS base`,
        'FROM base AS prod',
        'CMD ["echo", "the stage prod"]',
        'FROM base AS later',
        'CMD ["echo", "the last stage"]',
        '',
      ].join('\n'),
    },
  });
  const { build: built, log } = await repository.build();
  expect(built, log).toMatchObject({ status: 'succeeded', builder_type: 'dockerfile' });
  const { name } = localImage(repository.fullName);
  expect(built.image?.reference).toContain(`${name}/api@`);
  const said = await runToEnd(await readMachine(), built.image?.reference ?? '', {});
  expect(said.trim()).toBe('the stage prod');
});
