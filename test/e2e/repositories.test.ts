import { createHmac, randomBytes } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type ApiDelivery, pushPayload, StackClient } from '#local/client.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const Made = z.object({ id: z.string(), webhook_secret: z.string() });
const Rotated = z.object({ webhook_secret: z.string() });
const Accepted = z.object({ delivery_id: z.string() });
const OVERLAP_S = 2;

/** Connects a repository that nobody has pushed to. */
async function connect() {
  const full_name = `e2e/own-${randomBytes(5).toString('hex')}`;
  const answer = await client.request('POST', '/v1/repositories', { platform: 'github', full_name });
  expect(answer.status).toBe(201);
  return { full_name, ...Made.parse(answer.body) };
}

/** Delivers a push to a branch that is not built, signed with a secret; the answer's status and body. */
function deliver(fullName: string, secret: string) {
  const push = { fullName, ref: 'refs/heads/side', before: null, after: randomBytes(20).toString('hex') };
  const body = JSON.stringify(pushPayload(push));
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return client.deliver('push', body, { 'x-hub-signature-256': `sha256=${signature}` });
}

/** What became of a delivery that was taken. */
async function verdict(answer: { status: number; body: unknown }): Promise<ApiDelivery> {
  expect(answer).toMatchObject({ status: 202 });
  return client.decided(Accepted.parse(answer.body).delivery_id);
}

const rotate = async (id: string, overlap_s: number) => {
  const answer = await client.request('POST', `/v1/repositories/${id}/webhook-secret/rotate`, { overlap_s });
  expect(answer.status).toBe(200);
  return Rotated.parse(answer.body).webhook_secret;
};

test('a webhook secret is rotated under load: no delivery is lost, then only the new one is good', async () => {
  const { id, full_name, webhook_secret: old } = await connect();
  const other = await connect();
  expect((await deliver(full_name, other.webhook_secret)).status).toBe(401);

  // The host signs with the old secret until somebody has entered the new one there: before, while and after.
  const sent = Array.from({ length: 20 }, () => deliver(full_name, old));
  const rotating = rotate(id, 3600);
  sent.push(...Array.from({ length: 20 }, () => deliver(full_name, old)));
  const fresh = await rotating;
  sent.push(...Array.from({ length: 20 }, (_, index) => deliver(full_name, index % 2 === 0 ? old : fresh)));
  const verdicts = await Promise.all(sent.map(async (answer) => verdict(await answer)));
  expect(new Set(verdicts.map((delivery) => delivery.id)).size).toBe(60);
  for (const delivery of verdicts) expect(delivery.reason).toContain('only pushes to "main"');

  // The overlap ends: the old one is refused, once and for all, while the new one never is.
  const newest = await rotate(id, OVERLAP_S);
  await expect
    .poll(
      async () => {
        expect((await deliver(full_name, newest)).status).toBe(202);
        return [(await deliver(full_name, old)).status, (await deliver(full_name, fresh)).status];
      },
      { timeout: 60_000, interval: 200 },
    )
    .toEqual([401, 401]);
  expect((await deliver(full_name, newest)).status).toBe(202);
});

test('a disconnected repository stops building, and comes back without what it had', async () => {
  const repository = await testRepository(info, {
    files: { Dockerfile: 'FROM debian:bookworm-slim\nRUN sleep 120\n' },
  });
  const at = `/v1/repositories/${repository.id}`;
  await client.request('PUT', `${at}/secrets/TOKEN`, { value: 'of the first connection' });
  await client.request('PATCH', `${at}/variables`, { run: { MODE: 'first' } });
  const { delivery } = await repository.push();
  const [running = ''] = delivery.build_ids;
  for await (const line of client.follow(running)) if (line.text.includes('sleep 120')) break;
  const others = await Promise.all(
    [1, 2].map(() => client.create({ repository_id: repository.id, branch: 'main' })),
  );

  expect((await client.request('DELETE', at)).status).toBe(204);

  for (const id of [running, ...others.map((build) => build.id)])
    expect((await ended(client, id)).build).toMatchObject({ status: 'cancelled', reason: 'disconnected' });
  expect((await client.request('GET', at)).status).toBe(404);
  const ignored = await repository.push({ message: 'nobody listens' });
  expect(ignored.delivery).toMatchObject({ verdict: 'ignored', build_ids: [] });
  const again = await client.connect(repository.fullName, `${info.git}/${repository.fullName}.git`);
  expect(again.id).toBe(repository.id);
  expect(await client.request('GET', at)).toMatchObject({ status: 200, body: { secret_names: [] } });
  expect((await client.request('GET', `${at}/variables`)).body).toEqual({ build: {}, run: {} });
});

test('a badge is an image, for everybody once it is public', async () => {
  const { id } = await connect();
  const url = `${info.api}/v1/repositories/${id}/badge.svg`;
  expect((await fetch(url)).status).toBe(401);
  await client.request('PATCH', `/v1/repositories/${id}`, { badge_public: true });
  const shown = await fetch(url);
  expect(shown.headers.get('content-type')).toContain('image/svg+xml');
  expect(await shown.text()).toMatch(/^<svg .*build: unknown/);
  const tag = shown.headers.get('etag') ?? '';
  expect((await fetch(url, { headers: { 'if-none-match': tag } })).status).toBe(304);
});
