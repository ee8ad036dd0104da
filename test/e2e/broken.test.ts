import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const MIB = 1024 * 1024;

/** A stack of its own, since it is broken on purpose: a small disk, a low limit, and in the end no registry. */
describe('what breaks around a build is said in the build', () => {
  let disk: string;
  let stack: Stack;

  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'bitflow-disk-'));
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]);
    const env = { IMAGE_LIMIT_BYTES: String(MIB) };
    stack = await startStack({ machine: await readMachine(), dataDir: disk, env, log: () => undefined });
  });

  afterAll(async () => {
    await stack.stop();
    await execa('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  /** An image of one file of this size that does not compress. */
  async function imageOf(bytes: number) {
    const repository = await testRepository(stack.info, {
      files: { Dockerfile: 'FROM scratch\nCOPY blob /\n' },
    });
    await writeFile(join(repository.copy.dir, 'blob'), randomBytes(bytes));
    return repository.build();
  }

  test('an image too large', async () => {
    const { build, log } = await imageOf(3 * MIB);
    expect(build, log).toMatchObject({ status: 'failed', image: null, error: { code: 'image_too_large' } });
  });

  test('`record` killed while a build runs: what it owes is done once it is back', async () => {
    const repository = await testRepository(stack.info, {
      files: { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' },
    });
    await stack.kill('record');
    const { delivery } = await repository.push();
    const [id = ''] = delivery.build_ids;
    const client = new StackClient(stack.info);
    await expect.poll(async () => (await client.build(id)).status, { timeout: 20_000 }).toBe('running');
    await stack.restart('record');
    const { build, log } = await ended(client, id);
    expect(build, log).toMatchObject({
      status: 'succeeded',
      attempt: 1,
      image: { tags: expect.arrayContaining(['latest']) },
    });
  });

  test('a registry that is down', async () => {
    await stack.kill('registry');
    const { build, log } = await imageOf(1000);
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'registry_unavailable' } });
  });

  test('a full disk', async () => {
    const files = { Dockerfile: 'FROM debian:bookworm-slim\nRUN echo hello\n' };
    const { build, log } = await (await testRepository(stack.info, { files })).build();
    expect(build, log).toMatchObject({ status: 'failed', error: { code: 'disk_full' } });
    expect(log).toContain('no space left on device');
  });

  test('the service itself still answers', async () => {
    expect((await new StackClient(stack.info).request('GET', '/v1/builds')).status).toBe(200);
  });
});
