import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { BuildErrorCode } from '#core/build.ts';
import { BUILDER_TYPES } from '#core/builder-types.ts';
import { Plan } from '#core/plan.ts';
import { StackClient } from '#local/client.ts';
import { APPS_FOLDER } from '#test/support/expect.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);

const Planned = z.object({
  repository_id: z.string(),
  ref: z.string().nullable(),
  commit_sha: z.string(),
  image_tags: z.array(z.string()),
  plan: Plan.nullable(),
  error: z.object({ code: BuildErrorCode, message: z.string() }).nullable(),
});

async function planOf(body: object) {
  const answer = await client.request('POST', '/v1/builds/plan', body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return Planned.parse(answer.body);
}

describe('POST /v1/builds/plan', () => {
  test('tells what a build then executes, and builds nothing', async () => {
    const repository = await testRepository(info, { folder: join(APPS_FOLDER, 'node') });
    const commit = await repository.copy.commitAndPush('first', 'main');
    const secret = `/v1/repositories/${repository.id}/secrets/API_KEY`;
    expect((await client.request('PUT', secret, { value: 'k3y-9d8f7a6b5c' })).status).toBe(204);
    const body = {
      repository_id: repository.fullName,
      branch: 'main',
      build_config: { environment: { GREETING: 'hello' }, build_args: { MODE: 'fast' } },
    };

    const planned = await planOf(body);

    expect(planned).toMatchObject({
      repository_id: repository.id,
      ref: 'refs/heads/main',
      commit_sha: commit,
      image_tags: [`main-auto-${commit.slice(0, 7)}`, 'latest'],
      error: null,
    });
    const { plan } = planned;
    expect(plan).toMatchObject({
      builder: 'nixpacks',
      reason: 'nixpacks recognises node',
      rejected: [{ builder: 'dockerfile', reason: 'there is no Dockerfile' }],
      secrets: ['API_KEY'],
      variables: {
        runtime: expect.arrayContaining(['GREETING']),
        build: expect.arrayContaining(['MODE']),
      },
    });
    const { body: list } = await client.request('GET', '/v1/builds?limit=100');
    expect(JSON.stringify(list)).not.toContain(repository.id);

    const { build, log } = await ended(client, (await client.create(body)).id);
    expect(build, log).toMatchObject({ status: 'succeeded' });
    expect(log).toContain(`Builder: nixpacks (${plan?.reason})`);
    expect(log).toContain(plan?.dockerfile.text.trimEnd());
  });

  test('tells what the build would fail with', async () => {
    const repository = await testRepository(info, { files: { 'notes.txt': 'nothing to build' } });
    await repository.push();
    const { plan, error } = await planOf({ repository_id: repository.id });
    expect(plan).toBeNull();
    expect(error).toMatchObject({ code: 'no_builder', message: expect.stringContaining('no Dockerfile') });
    const wrong = await planOf({ repository_id: repository.id, commit_sha: 'a'.repeat(40) });
    expect(wrong.error).toMatchObject({ code: 'commit_not_found' });
  });

  test('answers a wrong body and a wrong branch as a build would', async () => {
    const repository = await testRepository(info, { files: { 'notes.txt': '' } });
    await repository.push();
    const statusOf = async (path: string, fields: object) =>
      (await client.request('POST', path, { repository_id: repository.id, ...fields })).status;
    for (const fields of [{ branch: 'nothing' }, { colour: 'blue' }, { repository_id: 'no/body' }]) {
      const status = await statusOf('/v1/builds', fields);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(await statusOf('/v1/builds/plan', fields)).toBe(status);
    }
  });
});

test('GET /v1/builds/builder-types tells the builders there are', async () => {
  expect(await client.request('GET', '/v1/builds/builder-types')).toEqual({
    status: 200,
    body: { builder_types: BUILDER_TYPES },
  });
});
