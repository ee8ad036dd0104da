import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { readMachine } from '#local/machine.ts';
import { runImage } from '#local/run-image.ts';
import { APPS_FOLDER, readExpectation } from '#test/support/expect.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');

describe('every sample app becomes an image that answers', () => {
  test.for(readdirSync(APPS_FOLDER))('%s', async (app) => {
    const expected = await readExpectation(app);
    const connect = { root_directory: expected.root_directory };
    const repository = await testRepository(info, { folder: join(APPS_FOLDER, app), connect });

    const { build, commit, log } = await repository.build();

    expect(build, log).toMatchObject({ status: 'succeeded', builder_type: expected.builder, error: null });
    expect(log).toContain(expected.builder_reason);
    expect(build.image?.tags).toEqual([`main-auto-${commit.slice(0, 7)}`, 'latest']);
    expect(build.image?.reference).toBe(
      `${info.registry}/release/${repository.fullName}@${build.image?.digest}`,
    );
    expect(build.image?.platforms).toHaveLength(1);
    expect(build.image?.platforms[0]?.manifest_digest).not.toBe(build.image?.digest);
    expect(build.stages.map((stage) => stage.name)).toEqual([
      'queue',
      'start',
      'clone',
      'plan',
      'build',
      'push',
      'promote',
    ]);

    const running = await runImage(
      await readMachine(),
      build.image?.reference ?? '',
      `bitflow-e2e-${build.id}`,
    );
    try {
      const answer = await running.get(expected.http.path);
      expect(answer.status).toBe(expected.http.status);
      expect(answer.text).toContain(expected.http.body_contains);
    } finally {
      await running.stop();
    }
  });
});
