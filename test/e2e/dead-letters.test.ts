import { PubSub } from '@google-cloud/pubsub';
import { expect, inject, test } from 'vitest';

const info = inject('stack');

test('a message that can never work is kept with its reason, and holds up nothing', async () => {
  const pubsub = new PubSub({
    projectId: info.projectId,
    apiEndpoint: info.pubsubEmulatorHost,
    emulatorMode: true,
  });
  const kept: { function: string; reason: string; data: string }[] = [];
  const subscription = pubsub.subscription('dead-letters-kept');
  subscription.on('message', (message) => {
    kept.push(JSON.parse(message.data.toString('utf8')));
    message.ack();
  });
  const forged = {
    version: 1,
    build_id: `b-${'0'.repeat(24)}`,
    attempt: 1,
    cloud_build_id: 'x',
    report: { type: 'progress', stages: [], builder_type: null },
  };
  await pubsub.topic('build-events').publishMessage({ data: Buffer.from('no JSON') });
  await pubsub.topic('build-events').publishMessage({ json: forged, attributes: { signature: 'forged' } });

  await expect.poll(() => kept.length, { timeout: 20_000 }).toBe(2);
  const reasons = Object.fromEntries(
    kept.map(({ data, reason }) => [Buffer.from(data, 'base64').toString(), reason]),
  );
  expect(reasons['no JSON']).toContain('not JSON');
  expect(reasons[JSON.stringify(forged)]).toContain('not signed');
  expect(kept.map((letter) => letter.function)).toEqual(['record', 'record']);
  await subscription.close();
  await pubsub.close();
});
