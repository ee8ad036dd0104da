import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookSecret } from '#core/ids.ts';
import { Secret } from '#core/secret.ts';
import { acceptedAt, firstWebhookSecrets, rotated, WebhookSecrets } from '#core/webhook-secrets.ts';
import { T0 } from '#test/support/memory/examples.ts';

const generations = (secrets: WebhookSecrets) => secrets.map(({ generation }) => generation);
const first = firstWebhookSecrets(T0);

describe('rotated', () => {
  it('accepts the older secret for the overlap, to the ms, and the new one for good', () => {
    const next = rotated(first, T0 + 1000, 60);
    expect(next).toEqual([
      { generation: 1, created_at: T0, accepted_until: T0 + 61_000 },
      { generation: 2, created_at: T0 + 1000, accepted_until: null },
    ]);
    expect(generations(acceptedAt(next, T0 + 60_999))).toEqual([1, 2]);
    expect(generations(acceptedAt(next, T0 + 61_000))).toEqual([2]);
  });

  it('loses nothing where it is asked twice, since the first answer was lost', () => {
    const twice = rotated(rotated(first, T0, 60), T0 + 10, 60);
    expect(generations(acceptedAt(twice, T0 + 59_999))).toEqual([1, 2, 3]);
    expect(generations(acceptedAt(twice, T0 + 60_000))).toEqual([2, 3]);
  });

  it('ends all older ones at once without an overlap, also those of an earlier rotation', () => {
    expect(generations(rotated(rotated(first, T0, 60), T0 + 10, 0))).toEqual([3]);
  });

  it('accepts five at most, and can always end the others', () => {
    const five = [1, 2, 3, 4].reduce((known, step) => rotated(known, T0 + step, 60), first);
    expect(generations(five)).toEqual([1, 2, 3, 4, 5]);
    expect(() => rotated(five, T0 + 5, 60)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(generations(rotated(five, T0 + 5, 0))).toEqual([6]);
    expect(generations(rotated(five, T0 + 60_001, 60))).toEqual([2, 3, 4, 5, 6]);
  });

  it('never gives a generation twice, and never makes an older secret last longer', () => {
    const step = fc.record({
      ms: fc.integer({ min: 0, max: 90_000 }),
      overlap: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let known = first;
        let at = T0;
        for (const { ms, overlap } of steps) {
          at += ms;
          const before = known;
          try {
            known = rotated(before, at, overlap);
          } catch {
            continue; // too many at once
          }
          WebhookSecrets.parse(known);
          expect(known.at(-1)?.generation).toBeGreaterThan(Math.max(...generations(before)));
          for (const { generation, accepted_until } of known.slice(0, -1)) {
            const earlier = before.find((secret) => secret.generation === generation);
            expect(accepted_until).toBeLessThanOrEqual(earlier?.accepted_until ?? at + overlap * 1000);
          }
        }
      }),
    );
  });
});

describe('webhookSecret', () => {
  it('is another for each key, connection and generation, and the same each time', () => {
    const [key, other] = [new Secret('key'), new Secret('other')];
    const one = { platform: 'github', connection_id: 'c-1' } as const;
    const all = [
      webhookSecret(key, one, 1),
      webhookSecret(key, one, 2),
      webhookSecret(key, { ...one, connection_id: 'c-2' }, 1),
      webhookSecret(other, one, 1),
    ];
    expect(new Set(all).size).toBe(4);
    expect(webhookSecret(new Secret('key'), one, 1)).toBe(all[0]);
    expect(all[0]).toMatch(/^bfw_[A-Za-z0-9_-]{43}$/);
  });

  it("is GitLab's kind of signing token for GitLab: 32 bytes of standard base64 behind whsec_", () => {
    const secret = webhookSecret(new Secret('key'), { platform: 'gitlab', connection_id: 'c-1' }, 1);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  });
});
