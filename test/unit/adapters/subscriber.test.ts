import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { route, subscriberApp } from '#adapters/pubsub/subscriber.ts';
import { MAX_KEPT_BYTES } from '#core/dead-letter.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { TOPICS } from '#core/messages.ts';
import { memoryBus } from '#test/support/memory/bus.ts';

const MAX_ATTEMPTS = 5;
const Wake = z.object({ version: z.literal(1) });

// Each case logs what it makes of a message; that belongs to the functions' log, not to the tests'.
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Pushed {
  readonly attempt?: number;
  readonly body?: string;
  readonly subscription?: string;
}

/** A function that does `handle`, and what comes of a push to it. */
function given(handle: () => Promise<unknown>, { keeps = false } = {}) {
  const bus = memoryBus();
  const givingUp = keeps ? null : { bus, maxAttempts: MAX_ATTEMPTS };
  const app = subscriberApp('intake', givingUp, [route(TOPICS.deliveries, Wake, handle)]);
  const push = async ({
    attempt,
    body = '{"version": 1}',
    subscription = 'deliveries-to-intake',
  }: Pushed = {}) => {
    const envelope = {
      subscription: `projects/p/subscriptions/${subscription}`,
      ...(attempt !== undefined && { deliveryAttempt: attempt }),
      message: { messageId: '7', data: Buffer.from(body).toString('base64'), attributes: { a: 'b' } },
    };
    const { status } = await app.request('/', { method: 'POST', body: JSON.stringify(envelope) });
    return { status, letters: bus.published.map((message) => ({ ...message, data: undefined })) };
  };
  return { bus, push };
}

/** The one letter that says this. */
const letter = (fields: object) => [
  expect.objectContaining({ topic: 'dead-letters', body: expect.objectContaining(fields) }),
];

const passing = () => Promise.reject(new TransientError('the registry is away'));
const theirs = () => Promise.reject(new UserError('invalid_signature', 'not signed'));
const bug = () => Promise.reject(new TypeError('secret is not a function'));

describe('a message that', () => {
  it('works is acknowledged', async () => {
    expect(await given(async () => null).push({ attempt: 9 })).toEqual({ status: 204, letters: [] });
  });

  it('can never work is given up at once, with its reason', async () => {
    const { status, letters } = await given(theirs).push({ attempt: 1 });
    expect(status).toBe(204);
    const data = Buffer.from('{"version": 1}').toString('base64');
    const subscription = 'projects/p/subscriptions/deliveries-to-intake';
    expect(letters).toEqual(
      letter({
        function: 'intake',
        subscription,
        message_id: '7',
        reason: 'not signed',
        attempt: 1,
        data,
        attributes: { a: 'b' },
      }),
    );
  });

  it('is no JSON, has another shape or a foreign subscription is given up at once', async () => {
    const done = async () => null;
    expect((await given(done).push({ body: 'no JSON' })).letters).toEqual(
      letter({ reason: 'the body is not JSON' }),
    );
    const shape = await given(done).push({ body: '{"version": 2}' });
    expect(shape.letters).toEqual(letter({ reason: expect.stringContaining('version') }));
    const foreign = await given(done).push({ subscription: 'builds-to-intake' });
    expect(foreign.letters).toEqual(letter({ reason: expect.stringContaining('builds-to-intake') }));
  });

  it.each([
    ['may pass', passing, 503],
    ['meets a bug', bug, 500],
  ])('%s comes again', async (_, handle, status) => {
    const again = { status, letters: [] };
    expect(await given(handle).push({ attempt: MAX_ATTEMPTS - 1 })).toEqual(again);
    expect(await given(handle).push()).toEqual(again);
  });

  it('still fails at its last delivery, or after it, is given up with its reason', async () => {
    for (const attempt of [MAX_ATTEMPTS, MAX_ATTEMPTS + 1]) {
      const { status, letters } = await given(passing).push({ attempt });
      expect(status).toBe(204);
      expect(letters).toEqual(letter({ reason: 'the registry is away', attempt }));
    }
  });

  it('still meets a bug at its last delivery is given up without the inside of it', async () => {
    const { status, letters } = await given(bug).push({ attempt: MAX_ATTEMPTS });
    expect(status).toBe(204);
    expect(letters).toEqual(
      letter({ reason: 'a fault of the service: intake has it in its log under message 7' }),
    );
  });

  it('is too large to be kept is given up without its bytes', async () => {
    const body = 'x'.repeat(MAX_KEPT_BYTES + 1);
    expect((await given(theirs).push({ body })).letters).toEqual(
      letter({ data: null, size_bytes: body.length }),
    );
  });

  it('cannot be given up comes again', async () => {
    const { bus, push } = given(theirs);
    bus.faults.plan('publish', 'before', new TransientError('the bus is away'));
    expect(await push()).toEqual({ status: 503, letters: [] });
    expect((await push()).status).toBe(204);
  });

  it('is itself a dead letter is never given up', async () => {
    expect(await given(theirs, { keeps: true }).push({ attempt: 99 })).toEqual({ status: 500, letters: [] });
    expect(await given(passing, { keeps: true }).push({ attempt: 99 })).toEqual({ status: 503, letters: [] });
  });
});
