import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { pushPayload, StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { containersOf } from '#test/support/faulty/stack.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const SCRATCH = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };

test('the same delivery 50 times at once, from two webhooks, is one build, and nobody waits for another', async () => {
  const repository = await testRepository(info, { files: SCRATCH });
  const after = await repository.copy.commitAndPush('first');
  const payload = pushPayload({ fullName: repository.fullName, ref: 'refs/heads/main', before: null, after });
  const header = { 'x-github-delivery': crypto.randomUUID() };
  // Two webhooks of one repository: GitHub gives both deliveries the same id; `hook_id` tells them apart.
  const bodies = [1, 2].map((hook_id) => JSON.stringify({ ...payload, hook_id }));
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const started = performance.now();
      const answer = await client.deliver('push', bodies[index % 2] ?? '', header);
      return { ...answer, ms: performance.now() - started };
    }),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(202));
  // A bound of the issue, some ten times what it takes: transactions on one document would stall for 20 s.
  expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(2000);
  const ids = new Set(answers.map((answer) => (answer.body as { delivery_id: string }).delivery_id));
  expect(ids.size).toBe(1);

  const [id = ''] = ids;
  const { build_ids } = await client.decided(id);
  expect(build_ids).toHaveLength(1);
  const { build, log } = await ended(client, build_ids[0] ?? '');
  expect(build, log).toMatchObject({ status: 'succeeded', attempt: 1 });
  const { body } = await client.request('GET', '/v1/builds?limit=100');
  const { builds } = body as { builds: { repository_id: string }[] };
  expect(builds.filter((other) => other.repository_id === repository.id)).toHaveLength(1);
});

test('a builder whose container is killed fails its build with a reason that says so', async () => {
  const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUN sleep 60\n' };
  const { push } = await testRepository(info, { files });
  const { delivery } = await push();
  const [id = ''] = delivery.build_ids;
  for await (const line of client.follow(id)) if (line.text.includes('sleep 60')) break;
  const machine = await readMachine();
  const { command, globalArgs } = machine.engine;
  const [container = '', ...others] = await containersOf(machine, id);
  expect(others).toEqual([]);
  const killed = Date.now();
  await execa(command, [...globalArgs, 'kill', container]);

  const { build, log } = await ended(client, id);
  expect(Date.parse(build.finished_at ?? '') - killed).toBeLessThan(10_000);
  expect(build, log).toMatchObject({ status: 'failed', image: null, error: { code: 'builder_ended' } });
  expect(build.error?.message).toContain('was killed');
});
