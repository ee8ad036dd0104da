import { describe, expect, inject, test } from 'vitest';
import { pushPayload, StackClient } from '#local/client.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const COMMIT = 'a'.repeat(40);
const main = { fullName: 'nobody/nothing', ref: 'refs/heads/main', before: null, after: COMMIT };

/** What the API says became of a delivery that the webhook took. */
async function verdictOf(answer: { status: number; body: unknown }) {
  expect(answer).toMatchObject({ status: 202, body: { delivery_id: expect.any(String) } });
  const { delivery_id } = answer.body as { delivery_id: string };
  return client.decided(delivery_id);
}

describe('the door', () => {
  test('refuses a wrong and a missing signature with 401', async () => {
    const wrong = await client.deliver('push', pushPayload(main), {
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
    const missing = await client.deliver('push', pushPayload(main), { 'x-hub-signature-256': '' });
    expect(missing.status).toBe(401);
  });

  test('refuses a body over 25 MB with 413', async () => {
    const padding = 'x'.repeat(25 * 1024 * 1024);
    expect(await client.deliver('push', { ...pushPayload(main), padding })).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    });
  });

  test('refuses malformed JSON with 400, signed or not', async () => {
    expect((await client.deliver('push', '{"ref": ')).status).toBe(400);
  });

  test('names the fields of a wrong shape with 400', async () => {
    const payload = { ...pushPayload(main), after: 7, repository: {} };
    expect(await client.deliver('push', payload)).toMatchObject({
      status: 400,
      body: {
        errors: expect.arrayContaining([
          expect.objectContaining({ path: 'after' }),
          expect.objectContaining({ path: 'repository.full_name' }),
        ]),
      },
    });
  });

  test('answers 404 for a host that there is not', async () => {
    const response = await fetch(`${info.webhooks}/v1/webhooks/sourceforge/events`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(404);
  });
});

describe('what is ignored, and why', () => {
  test('a ping', async () => {
    expect(
      await verdictOf(await client.deliver('ping', { zen: 'Keep it logically awesome.' })),
    ).toMatchObject({ verdict: 'ignored' });
  });

  test('an unknown repository', async () => {
    const delivery = await client.push(main);
    expect(delivery).toMatchObject({ verdict: 'ignored', build_ids: [] });
    expect(delivery.reason).toContain('is not connected');
  });

  test('a deleted branch, another branch, a ref that is no branch or tag, refs that try to be more', async () => {
    const { fullName } = await testRepository(info, { files: { README: 'hello' } });
    const reasonOf = async (push: object) => {
      const delivery = await client.push({ ...main, fullName, ...push });
      expect(delivery.verdict).toBe('ignored');
      return delivery.reason;
    };
    expect(await reasonOf({ before: COMMIT, after: null })).toContain('was deleted');
    expect(await reasonOf({ ref: 'refs/heads/feature' })).toContain('only pushes to "main"');
    expect(await reasonOf({ ref: 'refs/pull/1/head' })).toContain('neither a branch nor a tag');
    expect(await reasonOf({ ref: '--upload-pack=touch /tmp/x' })).toContain('neither a branch nor a tag');
    expect(await reasonOf({ ref: 'refs/heads/--upload-pack=x' })).toContain('not a valid ref name');
    expect(await reasonOf({ ref: 'refs/tags/$(touch /tmp/x) `id`' })).toContain('not a valid ref name');
    expect(await reasonOf({ ref: 'refs/heads/../../etc/passwd' })).toContain('not a valid ref name');
  });
});

test('a delivery that comes again makes the same build', async () => {
  const repository = await testRepository(info, { files: { README: 'nothing that a builder knows' } });
  const commit = await repository.copy.commitAndPush('first');
  const push = pushPayload({
    fullName: repository.fullName,
    ref: 'refs/heads/main',
    before: null,
    after: commit,
  });
  const header = { 'x-github-delivery': crypto.randomUUID() };
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.deliver('push', push, header)));
  const deliveries = await Promise.all(answers.map(verdictOf));
  expect(new Set(deliveries.map((delivery) => delivery.id)).size).toBe(1);
  expect(new Set(deliveries.flatMap((delivery) => delivery.build_ids)).size).toBe(1);
});
