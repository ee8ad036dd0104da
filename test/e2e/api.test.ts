import { describe, expect, inject, test } from 'vitest';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { StackClient } from '#local/client.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const DOCKERFILE = { Dockerfile: 'FROM debian:bookworm-slim\nRUN sleep 60\n' };

describe('repositories', () => {
  test('a repository is connected once, read and listed', async () => {
    const { id, fullName } = await testRepository(info, {});
    expect(await client.request('GET', `/v1/repositories/${id}`)).toMatchObject({
      status: 200,
      body: { id, full_name: fullName },
    });
    const byName = `/v1/repositories/${encodeURIComponent(fullName)}`;
    expect(await client.request('GET', byName)).toMatchObject({ status: 200, body: { id } });
    const again = { platform: 'github', full_name: fullName.toUpperCase() };
    expect(await client.request('POST', '/v1/repositories', again)).toMatchObject({ status: 409 });
    const { body } = await client.request('GET', '/v1/repositories');
    expect(body).toMatchObject({ repositories: expect.arrayContaining([expect.objectContaining({ id })]) });
  });

  test.for([
    ['a name that is an option', { full_name: '--upload-pack=x/y' }, 'full_name'],
    ['a name that climbs', { full_name: '../../etc/passwd' }, 'full_name'],
    ['a file URL', { clone_url: 'file:///etc' }, 'clone_url'],
    ['an ssh URL', { clone_url: 'ssh://git@example.com/a/b' }, 'clone_url'],
    ['a URL with a password', { clone_url: 'https://user:pass@example.com/a/b.git' }, 'clone_url'],
    ['a root directory that climbs', { root_directory: '../secrets' }, 'root_directory'],
    ['an absolute root directory', { root_directory: '/etc' }, 'root_directory'],
    ['a default branch that is an option', { default_branch: '--help' }, 'default_branch'],
    ['a field that there is not', { colour: 'blue' }, 'colour'],
  ] as const)('refuses %s', async ([, fields, path]) => {
    const body = { platform: 'github', full_name: 'owner/name', ...fields };
    expect(await client.request('POST', '/v1/repositories', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [expect.objectContaining({ path })] },
    });
  });

  test.for([
    ['a private address', { clone_url: 'https://10.1.2.3/a/b.git' }],
    ['the metadata server', { clone_url: 'http://169.254.169.254/a/b.git' }],
    ['a loopback address in disguise', { clone_url: 'https://2130706433/a/b.git' }],
  ] as const)('may not clone from %s', async ([, fields]) => {
    const body = { platform: 'github', full_name: 'owner/name', ...fields };
    expect(await client.request('POST', '/v1/repositories', body)).toMatchObject({
      status: 422,
      body: { code: 'refused', errors: [expect.objectContaining({ path: 'clone_url' })] },
    });
  });
});

describe('builds', () => {
  test.for([
    ['a branch that is an option', { branch: '--upload-pack=x' }],
    ['a ref with a command', { ref: 'refs/heads/$(id);rm -rf /' }],
    ['half a commit id', { commit_sha: 'abc1234' }],
    ['a tag that is no OCI tag', { image_tag: '../latest' }],
    ['a builder that there is not', { builder_type: 'make' }],
    ['two targets at once', { branch: 'main', commit_sha: 'a'.repeat(40) }],
  ] as const)('refuses %s', async ([, fields]) => {
    const { fullName } = await testRepository(info, {});
    const answer = await client.request('POST', '/v1/builds', { repository_id: fullName, ...fields });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  test('needs a token that is known', async () => {
    const anonymous = await fetch(`${info.api}/v1/builds`);
    expect(anonymous.status).toBe(401);
    const stranger = await fetch(`${info.api}/v1/builds`, {
      headers: { authorization: `Bearer bft_${'x'.repeat(32)}` },
    });
    expect(stranger.status).toBe(401);
    expect((await fetch(`${info.api}/v1/health`)).status).toBe(200);
  });

  test('answers 404 for what there is not, and 400 for a body that is no JSON', async () => {
    expect((await client.request('GET', '/v1/builds/b-000000000000000000000000')).status).toBe(404);
    expect((await client.request('GET', '/v1/deliveries/nothing')).status).toBe(404);
    expect((await client.request('POST', '/v1/builds', { repository_id: 'no/body' })).status).toBe(404);
  });

  test('a branch that does not exist is named', async () => {
    const repository = await testRepository(info, { files: { README: 'hello' } });
    await repository.push({ branch: 'main' });
    const answer = await client.request('POST', '/v1/builds', {
      repository_id: repository.id,
      branch: 'nothing',
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [expect.objectContaining({ path: 'branch' })] },
    });
  });

  test('a page of the list, and the next one', async () => {
    const repository = await testRepository(info, { files: { README: 'hello' } });
    await repository.push({ branch: 'main' });
    const created = [];
    for (const _ of [1, 2, 3])
      created.push((await client.create({ repository_id: repository.id, branch: 'main' })).id);
    const first = await client.request('GET', '/v1/builds?limit=2');
    const { builds, next_cursor } = first.body as { builds: { id: string }[]; next_cursor: string };
    expect(builds.map((build) => build.id)).toEqual([created[2], created[1]]);
    const second = await client.request('GET', `/v1/builds?limit=1&cursor=${next_cursor}`);
    expect(second.body).toMatchObject({ builds: [{ id: created[0] }] });
    await Promise.all(created.map((id) => client.ended(id)));
  });

  test('a running build is cancelled, its container gone, no tag moved; again is no error', async () => {
    const repository = await testRepository(info, { files: DOCKERFILE });
    const { delivery } = await repository.push();
    const [id = ''] = delivery.build_ids;
    for await (const line of client.follow(id)) if (line.text.includes('sleep 60')) break;
    expect(await client.request('POST', `/v1/builds/${id}/cancel`)).toMatchObject({ status: 200 });
    const { build } = await ended(client, id);
    expect(build).toMatchObject({ status: 'cancelled', image: null });
    expect(await client.request('POST', `/v1/builds/${id}/cancel`)).toMatchObject({ status: 200 });
    const registry = ociRegistry({ insecure: [info.registry], credential: async () => null });
    expect(
      await registry.digest(`${info.registry}/release/local/${repository.fullName}`, 'latest'),
    ).toBeNull();
  });
});
