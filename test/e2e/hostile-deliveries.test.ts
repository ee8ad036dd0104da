import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { StackClient } from '#local/client.ts';
import { peakMemory } from '#test/bench/memory.ts';
import { type HostDelivery, pushText, signedBody } from '#test/support/host-deliveries.ts';
import { type HostileDelivery, hostileDeliveries, hostileForms } from '#test/support/hostile-deliveries.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);

/** What the function has in the cloud. */
const MEMORY_BYTES = 512 * 1024 * 1024;
/** Far more than a host waits: what time it takes is for the bench to say. */
const WAITS_MS = 60_000;

/** A connected repository, and the secret of its webhook. */
async function connected(platform: string) {
  const files = { 'README.md': 'nothing to build\n' };
  const { id, fullName, copy } = await testRepository(info, {
    files,
    connect: { platform, webhook: 'manual' },
  });
  await copy.commitAndPush('first', 'main');
  const answer = await client.request('POST', `/v1/repositories/${id}/webhook-secret/rotate`, {});
  return { fullName, secret: z.object({ webhook_secret: z.string() }).parse(answer.body).webhook_secret };
}

async function send({ platform, headers, body }: HostDelivery): Promise<number> {
  const response = await fetch(`${info.webhooks}/v1/webhooks/${platform}/events`, {
    method: 'POST',
    headers: { ...headers },
    body,
    signal: AbortSignal.timeout(WAITS_MS),
  });
  await response.text();
  return response.status;
}

/** The names of those that were answered otherwise than they should be. */
async function wrong(deliveries: Iterable<HostileDelivery>): Promise<string[]> {
  const seen: string[] = [];
  for (const { name, status, delivery } of deliveries) {
    const answered = await send(delivery);
    if (answered !== status) seen.push(`${name}: ${answered} instead of ${status}`);
  }
  return seen;
}

/** A branch that is not built. */
const ref = 'refs/heads/elsewhere';
const after = 'e'.repeat(40);

describe('the door, before deliveries that nobody means well with', () => {
  test.each(['github', 'gitlab'] as const)(
    'answers all of %s’s, in the memory that it has',
    async (platform) => {
      const { fullName, secret } = await connected(platform);
      expect(await wrong(hostileDeliveries(platform, secret, { fullName, ref, after }))).toEqual([]);
      if (platform === 'github')
        expect(await wrong(hostileForms(secret, { fullName, ref, after }))).toEqual([]);
      const large = pushText(platform, { fullName, ref, after, more: `"x":"${'é'.repeat(12_000_000)}"` });
      const at = Array.from({ length: 10 }, () => send(signedBody(platform, secret, large)));
      expect(new Set(await Promise.all(at))).toEqual(new Set([202]));
      const { webhooks } = await peakMemory({ webhooks: info.pids.webhooks ?? 0 });
      expect(webhooks).toBeGreaterThan(0);
      expect(webhooks).toBeLessThan(MEMORY_BYTES);
    },
  );

  test('turns away what it has no room for, and takes what is small meanwhile', async () => {
    const { fullName, secret } = await connected('github');
    const large = signedBody(
      'github',
      secret,
      pushText('github', { fullName, ref, after, more: `"x":"${'x'.repeat(25_000_000)}"` }),
    );
    const small = signedBody('github', secret, pushText('github', { fullName, ref, after }));
    const answers = Array.from({ length: 20 }, () => send(large));
    expect(await send(small)).toBe(202);
    const seen = await Promise.all(answers);
    // 503 is what the host, or its redelivery, comes back after
    expect(seen.filter((status) => status !== 202 && status !== 503)).toEqual([]);
    expect(seen.filter((status) => status === 202).length).toBeGreaterThanOrEqual(2);
    const { webhooks } = await peakMemory({ webhooks: info.pids.webhooks ?? 0 });
    expect(webhooks).toBeLessThan(MEMORY_BYTES);
  });
});
