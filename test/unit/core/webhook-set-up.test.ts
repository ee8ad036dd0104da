import { describe, expect, it } from 'vitest';
import { type ConnectedWebhook, hasWebhook, NO_WEBHOOK } from '#core/repository.ts';
import { begun, settled, untried, webhookAddress } from '#core/webhook-set-up.ts';
import { T0 } from '#test/support/memory/examples.ts';

const first = begun(NO_WEBHOOK, T0, null);
const own: ConnectedWebhook = { ...NO_WEBHOOK, state: 'working', hook_id: '7', set_up_at: T0, heard_at: T0 };
const again = begun(own, T0 + 5, null);
const heard = (webhook: ConnectedWebhook): ConnectedWebhook => ({ ...webhook, state: 'working' });
const no = { kind: 'failed', why: 'the token may not', in_doubt: false } as const;
const away = { kind: 'failed', why: 'away', in_doubt: true } as const;
const manual = { kind: 'manual', why: 'it takes an admin' } as const;

describe('a webhook that is set up', () => {
  it.each([
    [
      'made',
      first,
      NO_WEBHOOK,
      { kind: 'made', hook_id: '8' },
      { state: 'waiting', hook_id: '8', why: null },
    ],
    [
      'made, and heard of at once',
      heard(first),
      NO_WEBHOOK,
      { kind: 'made', hook_id: '8' },
      { state: 'working' },
    ],
    [
      'repaired',
      again,
      own,
      { kind: 'repaired', hook_id: '7' },
      { state: 'waiting', hook_id: '7', why: null },
    ],
    ['made anew', again, own, { kind: 'made', hook_id: '8' }, { hook_id: '8' }],
    [
      'made by another',
      { ...first, hook_id: '9' },
      NO_WEBHOOK,
      { kind: 'made', hook_id: '8' },
      { hook_id: '9' },
    ],
    ['covered', first, NO_WEBHOOK, { kind: 'covered' }, { state: 'working', hook_id: null, set_up_at: null }],
    [
      'covered beside ours',
      again,
      own,
      { kind: 'covered' },
      { state: 'working', hook_id: '7', set_up_at: T0 + 5 },
    ],
    ['to be made by hand', first, NO_WEBHOOK, manual, { state: 'manual', why: manual.why, set_up_at: null }],
    [
      'made by hand, and it works',
      begun(heard(NO_WEBHOOK), T0, null),
      heard(NO_WEBHOOK),
      manual,
      { state: 'working' },
    ],
    ['refused', first, NO_WEBHOOK, no, { state: 'manual', why: no.why, hook_id: null, set_up_at: null }],
    ['refused, with one there', again, own, no, { state: 'manual', hook_id: '7', set_up_at: T0 + 5 }],
    ['in doubt', first, NO_WEBHOOK, away, { state: 'manual', why: 'away', hook_id: null, set_up_at: T0 }],
    [
      'in doubt, and heard of',
      heard(first),
      NO_WEBHOOK,
      away,
      { state: 'working', why: 'away', set_up_at: T0 },
    ],
    ['refused, and heard of with its older secret', heard(again), own, no, { state: 'working', why: no.why }],
  ] as const)('is %s', (_, known, before, outcome, expected) => {
    expect(settled(known, before, outcome)).toMatchObject(expected);
  });

  it('may be at the host from when it is begun until the host said no', () => {
    expect(hasWebhook(NO_WEBHOOK)).toBe(false);
    expect(hasWebhook(first)).toBe(true);
    expect(hasWebhook(settled(first, NO_WEBHOOK, away))).toBe(true);
    expect(hasWebhook(settled(first, NO_WEBHOOK, no))).toBe(false);
    expect(hasWebhook(settled(again, own, no))).toBe(true);
  });

  it('says that it was not tried, as long as nothing came through it', () => {
    expect(untried(first)).toMatchObject({ state: 'waiting', why: expect.stringContaining('next push') });
    expect(untried(own)).toEqual(own);
  });
});

it('goes to the function webhooks, by the path of its host', () => {
  expect(webhookAddress('https://hooks.example.com', 'gitee')).toBe(
    'https://hooks.example.com/v1/webhooks/gitee/events',
  );
  expect(webhookAddress(null, 'gitee')).toBeNull();
});
