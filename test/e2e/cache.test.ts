import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { readMachine } from '#local/machine.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');

test('a worker that knows nothing takes an unchanged step from the registry’s cache', async () => {
  const files = {
    Dockerfile: 'FROM debian:bookworm-slim\nRUN echo built > /result\nCOPY text /\n',
    text: 'first',
  };
  const repository = await testRepository(info, { files });
  const first = await repository.build();
  expect(first.build, first.log).toMatchObject({ status: 'succeeded' });
  expect(first.log).not.toContain('RUN echo built > /result: cached');

  const { buildctl } = await readMachine();
  await execa(buildctl, ['--addr', info.buildkitHost, 'prune', '--all']);
  const second = await repository.build();

  expect(second.build, second.log).toMatchObject({ status: 'succeeded' });
  expect(second.log).toContain('RUN echo built > /result: cached');
});
