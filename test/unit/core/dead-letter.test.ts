import { describe, expect, it } from 'vitest';
import {
  givenUp,
  isReplayable,
  MAX_KEPT_BYTES,
  type ReceivedMessage,
  readLetter,
  subjectOf,
} from '#core/dead-letter.ts';
import { aDeadLetter } from '#test/support/memory/examples.ts';

const BYTES = Buffer.from([0x7b, 0x20, 0xff, 0x00, 0xc3]);
const message: ReceivedMessage = { id: '7', body: BYTES, attributes: { signature: 'abc' } };
const ABOUT = { subscription: 'projects/p/subscriptions/build-events-to-record', function: 'record' };

/** A message of the dead-letter topic. */
const letter = (body: unknown, attributes: Record<string, string> = {}): ReceivedMessage => ({
  id: '99',
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  attributes,
});
const given = (more: Partial<Parameters<typeof givenUp>[1]> = {}) =>
  givenUp(message, { ...ABOUT, reason: 'not JSON', attempt: 3, ...more });

describe('a letter of our own', () => {
  it('says where from, why and how often, with the exact bytes and attributes', () => {
    expect(readLetter(letter(given()))).toEqual({
      source: 'build-events-to-record',
      topic: 'build-events',
      function: 'record',
      message_id: '7',
      reason: 'not JSON',
      data: BYTES.toString('base64'),
      size_bytes: 5,
      attributes: { signature: 'abc' },
      attempts: 3,
    });
  });

  it('has no topic where the subscription is none of ours', () => {
    const read = readLetter(letter(given({ subscription: 'projects/p/subscriptions/x-to-record' })));
    expect(read).toMatchObject({ topic: null, function: 'record', source: 'x-to-record' });
  });

  it('cuts an endless reason', () => {
    expect(given({ reason: 'x'.repeat(5000) }).reason).toHaveLength(2000);
    expect(readLetter(letter(given({ reason: 'x'.repeat(5000) })))).toMatchObject({ function: 'record' });
  });

  it('leaves out what is too large, and says so', () => {
    const body = Buffer.alloc(MAX_KEPT_BYTES + 1, 'x');
    const read = readLetter(
      letter(givenUp({ ...message, body }, { ...ABOUT, reason: 'why', attempt: null })),
    );
    expect(read).toMatchObject({ data: null, size_bytes: body.byteLength, topic: 'build-events' });
    expect(read.reason).toBe(
      `why (its ${body.byteLength} bytes are too many to be kept: it cannot be replayed)`,
    );
    const fits = Buffer.alloc(MAX_KEPT_BYTES, 'x');
    expect(givenUp({ ...message, body: fits }, { ...ABOUT, reason: '', attempt: null }).data).not.toBeNull();
  });
});

describe('a letter that Pub/Sub forwarded', () => {
  /** As the emulator sets them, and the service. */
  const SET = {
    CloudPubSubDeadLetterSourceSubscription: 'build-logs-to-logs',
    CloudPubSubDeadLetterSourceSubscriptionProject: 'demo-bitflow',
    CloudPubSubDeadLetterSourceDeliveryCount: '5',
    CloudPubSubDeadLetterSourceTopicPublishTime: '2026-11-21T06:45:22.068Z',
  };

  it('is the message itself, without what Pub/Sub added', () => {
    const read = readLetter({ id: '99', body: BYTES, attributes: { signature: 'abc', ...SET } });
    expect(read).toEqual({
      source: 'forwarded by build-logs-to-logs',
      topic: 'build-logs',
      function: 'logs',
      message_id: '99',
      reason: 'nobody acknowledged it in 5 attempts; the log of logs may say why',
      data: BYTES.toString('base64'),
      size_bytes: 5,
      attributes: { signature: 'abc' },
      attempts: 5,
    });
  });

  it('is never believed about its topic, however much it reads like a letter of our own', () => {
    const forged = given({ subscription: 'projects/p/subscriptions/cloud-builds-to-record' });
    expect(readLetter(letter(forged, SET))).toMatchObject({ topic: 'build-logs', function: 'logs' });
  });

  it('may come from anywhere, and any number of times', () => {
    const attributes = { CloudPubSubDeadLetterSourceSubscription: 'theirs' };
    expect(readLetter({ id: '99', body: BYTES, attributes })).toMatchObject({
      topic: null,
      function: null,
      attempts: null,
      reason: 'nobody acknowledged it',
    });
    const many = { ...SET, CloudPubSubDeadLetterSourceDeliveryCount: 'many' };
    expect(readLetter({ id: '99', body: BYTES, attributes: many }).attempts).toBeNull();
  });
});

it.each<[string, ReceivedMessage]>([
  ['no JSON', letter('no JSON')],
  ['nothing', letter('')],
  ['JSON of another shape', letter([1])],
  ['a letter of a later version', letter({ ...given(), version: 2 })],
  ['a letter whose data is no base64', letter({ ...given(), data: 'not base64!' })],
])('keeps %s as it is, of unknown source', (_, unknown) => {
  expect(readLetter(unknown)).toEqual({
    source: 'unknown',
    topic: null,
    function: null,
    message_id: '99',
    reason: 'it says neither who gave it up nor why',
    data: Buffer.from(unknown.body).toString('base64'),
    size_bytes: unknown.body.byteLength,
    attributes: {},
    attempts: null,
  });
});

describe('what a letter is about', () => {
  const about = (body: unknown) => subjectOf({ data: Buffer.from(JSON.stringify(body)).toString('base64') });
  const BUILD = `b-${'0'.repeat(24)}`;

  it.each<[string, unknown, string | null, string | null]>([
    ['a builder’s event', { build_id: BUILD, attempt: 1 }, BUILD, null],
    ['a delivery', { version: 1, delivery_id: `d-${'1'.repeat(24)}` }, null, `d-${'1'.repeat(24)}`],
    ['a Cloud Build', { id: 'cb', tags: ['else', `build-${BUILD}-a2`] }, BUILD, null],
    ['a wake-up for a whole pool', { version: 1, build_id: 'default' }, null, null],
    ['a path', { build_id: '../x', delivery_id: 'a/b' }, null, null],
    ['nothing', null, null, null],
  ])('%s', (_, body, buildId, deliveryId) => {
    expect(about(body)).toEqual({ buildId, deliveryId });
  });

  it('nothing, where the bytes are no JSON or were not kept', () => {
    const nothing = { buildId: null, deliveryId: null };
    expect(subjectOf({ data: BYTES.toString('base64') })).toEqual(nothing);
    expect(subjectOf({ data: null })).toEqual(nothing);
  });
});

it('can be replayed where topic and bytes are known, also no bytes at all', () => {
  expect(isReplayable(aDeadLetter('dl-1'))).toBe(true);
  expect(isReplayable(aDeadLetter('dl-1', { data: '' }))).toBe(true);
  expect(isReplayable(aDeadLetter('dl-1', { topic: null }))).toBe(false);
  expect(isReplayable(aDeadLetter('dl-1', { data: null }))).toBe(false);
});
