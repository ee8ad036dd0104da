import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, inject, test } from 'vitest';
import { readMachine } from '#local/machine.ts';
import { runImage } from '#local/run-image.ts';
import { predicatesOf } from '#test/support/attestations.ts';
import { APPS_FOLDER, readExpectation } from '#test/support/expect.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');

describe('every sample app becomes an image that answers', () => {
  test.concurrent.for(readdirSync(APPS_FOLDER))('%s', async (app, { expect, onTestFinished }) => {
    const expected = await readExpectation(app);
    const connect = { root_directory: expected.root_directory };
    const repository = await testRepository(
      info,
      { folder: join(APPS_FOLDER, app), connect },
      onTestFinished,
    );

    const { build, commit, log } = await repository.build();

    expect(build, log).toMatchObject({ status: 'succeeded', builder_type: expected.builder, error: null });
    expect(log).toContain(expected.builder_reason);
    expect(build.image?.tags).toEqual([`main-auto-${commit.slice(0, 7)}`, 'latest']);
    expect(build.image?.reference).toBe(
      `${info.registry}/release/local/${repository.fullName}@${build.image?.digest}`,
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

    const released = `${info.registry}/release/local/${repository.fullName}`;
    expect(await predicatesOf(released, build.image?.digest ?? '')).toEqual([
      expect.stringMatching(/^https:\/\/slsa\.dev\/provenance\//),
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
