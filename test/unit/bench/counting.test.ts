import { expect, test } from 'vitest';
import { FirestoreTally } from '#test/bench/counting/firestore-tally.ts';
import { GrpcFrames } from '#test/bench/counting/grpc-frames.ts';

test('reads and writes are counted as Firestore bills them', () => {
  const tally = new FirestoreTally();

  const batch = tally.call('BatchGetDocuments');
  for (const message of [{ found: {} }, { missing: 'a/b' }, { transaction: '' }]) batch.response(message);
  batch.end();
  expect(tally.now).toEqual({ reads: 2, writes: 0 });

  const empty = tally.call('RunQuery');
  empty.response({ readTime: {} });
  empty.end();
  expect(tally.now, 'a query that finds nothing costs one read').toEqual({ reads: 3, writes: 0 });

  const query = tally.call('RunQuery');
  for (const message of [{ document: {} }, { document: {} }]) query.response(message);
  query.end();
  expect(tally.now).toEqual({ reads: 5, writes: 0 });

  tally.call('Commit').request({ writes: [{}, {}, {}] });
  expect(tally.now).toEqual({ reads: 5, writes: 3 });
});

test('a count is charged by what it passes', () => {
  const tally = new FirestoreTally();
  for (const integerValue of ['0', '1000', '2001']) {
    const count = tally.call('RunAggregationQuery');
    count.response({ result: { aggregateFields: { queued: { integerValue } } } });
    count.end();
  }
  expect(tally.now.reads).toBe(1 + 1 + 3);
});

test('a method that is not counted is not passed over', () => {
  expect(() => new FirestoreTally().call('PartitionQuery')).toThrow('PartitionQuery');
});

test('messages are cut out of a stream wherever its pieces end', () => {
  const frame = (text: string) => {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(text.length, 1);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame('one'), frame(''), frame('three')]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const messages: string[] = [];
    const frames = new GrpcFrames((message) => messages.push(message.toString()));
    frames.write(bytes.subarray(0, cut));
    frames.write(bytes.subarray(cut));
    expect(messages).toEqual(['one', '', 'three']);
  }
});
