import { expect, inject, test } from 'vitest';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { runImage } from '#local/run-image.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);

test('a build secret reaches the build command, and neither the log nor the image', async () => {
  const value = `marker-${crypto.randomUUID()}`;
  const scripts = { build: 'node build.js', start: 'node index.js' };
  const repository = await testRepository(info, {
    files: {
      'package.json': JSON.stringify({ name: 'app', version: '1.0.0', scripts }),
      'build.js': `
        const value = process.env.API_KEY ?? 'nothing';
        console.log('the secret is ' + value);
        require('fs').writeFileSync('length.txt', String(value.length));`,
      'index.js': `
        const length = require('fs').readFileSync('length.txt', 'utf8');
        const body = JSON.stringify({ length: Number(length), atRunTime: process.env.API_KEY ?? null });
        require('http').createServer((_, response) => response.end(body)).listen(process.env.PORT);`,
    },
  });
  expect(
    (await client.request('PUT', `/v1/repositories/${repository.id}/secrets/API_KEY`, { value })).status,
  ).toBe(204);

  const { build, log } = await repository.build();

  expect(build, log).toMatchObject({ status: 'succeeded' });
  expect(log).toContain('the secret is [secret API_KEY]');
  expect(log).not.toContain(value);
  const running = await runImage(
    await readMachine(),
    build.image?.reference ?? '',
    `bitflow-e2e-${build.id}`,
  );
  try {
    expect(JSON.parse((await running.get('/')).text)).toEqual({ length: value.length, atRunTime: null });
  } finally {
    await running.stop();
  }
});
