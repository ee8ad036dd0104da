import { describe, expect, inject, test } from 'vitest';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { StackClient } from '#local/client.ts';
import { ended, testRepository, writeFiles } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
/** Nobody in particular: anyone may pull what is released. */
const registry = ociRegistry({ insecure: [info.registry], credential: async () => null });

const FILES = { Dockerfile: 'FROM scratch\nCOPY text /\n', text: 'first' };

describe('tags follow the pushes', () => {
  test('two pushes, then a force push back to the first', async () => {
    // both are to be built, whichever ends first
    const connect = { rules: { concurrency: 'parallel' } };
    const repository = await testRepository(info, { files: FILES, connect });
    const { copy, fullName } = repository;
    const digestOf = (tag: string) => registry.digest(`${info.registry}/release/local/${fullName}`, tag);

    const first = await repository.push();
    await writeFiles(copy.dir, { text: 'second' });
    const second = await repository.push();
    const [older, newer] = await Promise.all(
      [first, second].map(({ delivery }) => ended(client, delivery.build_ids[0] ?? '')),
    );
    expect(older?.build, older?.log).toMatchObject({ status: 'succeeded' });
    expect(newer?.build, newer?.log).toMatchObject({ status: 'succeeded' });
    expect(await digestOf('latest')).toBe(newer?.build.image?.digest);
    expect(await digestOf(`main-auto-${first.commit.slice(0, 7)}`)).toBe(older?.build.image?.digest);

    await copy.git('reset', '--quiet', '--hard', first.commit);
    await copy.git('push', '--quiet', '--force', 'origin', 'HEAD:refs/heads/main');
    const back = { fullName, ref: 'refs/heads/main', before: second.commit, after: first.commit };
    const { build_ids } = await client.push(back);
    const { build } = await ended(client, build_ids[0] ?? '');
    expect(build).toMatchObject({ status: 'succeeded', commit_sha: first.commit });
    expect(build.image?.tags).toContain('latest');
    expect(await digestOf('latest')).toBe(build.image?.digest);
  });

  test('a git tag builds an image of that tag, and moves no other', async () => {
    const repository = await testRepository(info, { files: FILES });
    const { copy, fullName } = repository;
    const commit = await copy.commitAndPush('first');
    await copy.git('tag', '--annotate', 'v1.2.3', '--message', 'one');
    await copy.git('push', '--quiet', 'origin', 'v1.2.3');
    const { build_ids } = await client.push({
      fullName,
      ref: 'refs/tags/v1.2.3',
      before: null,
      after: commit,
    });
    const { build } = await ended(client, build_ids[0] ?? '');
    expect(build).toMatchObject({ status: 'succeeded', branch: null, image: { tags: ['v1.2.3'] } });
    expect(await registry.digest(`${info.registry}/release/local/${fullName}`, 'latest')).toBe(null);
  });

  test('a tag that somebody asked for, by a ref', async () => {
    const repository = await testRepository(info, { files: FILES });
    await repository.copy.commitAndPush('first');
    await repository.copy.git('tag', '--annotate', 'v2', '--message', 'two');
    await repository.copy.git('push', '--quiet', 'origin', 'v2');
    const asked = { repository_id: repository.fullName, ref: 'v2', image_tag: 'mine' };
    const { build } = await ended(client, (await client.create(asked)).id);
    expect(build).toMatchObject({ status: 'succeeded', ref: 'refs/tags/v2', image: { tags: ['mine'] } });
  });
});
