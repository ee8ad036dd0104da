import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ScheduleList } from '#core/api/schedules.ts';
import { StackClient } from '#local/client.ts';
import { firestoreOf } from '#test/support/places.ts';
import { ended, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const FILES = { Dockerfile: 'FROM scratch\nCOPY text /\n', text: 'some' };
const HOUR = 3_600_000;

/** The stack's documents: what is due one day is made due now. */
function documents() {
  const firestore = firestoreOf(info);
  onTestFinished(() => firestore.terminate());
  return firestore;
}

test('what a schedule names is built when it is due, and the list says what came of it', async () => {
  const rules = { schedules: [{ cron: '0 3 * * *', timezone: 'Asia/Shanghai', cache: 'off' }] };
  const repository = await testRepository(info, { files: FILES, connect: { rules } });
  const commit_sha = await repository.copy.commitAndPush('nobody is told of it');
  const listed = async () => {
    const { body } = await client.request('GET', `/v1/repositories/${repository.id}/schedules`);
    return ScheduleList.parse(body).schedules;
  };
  const [before] = await listed();
  expect(before).toMatchObject({ ...rules.schedules[0], branch: 'main', from: 'rules', last: null });
  expect(Date.parse(before?.next_at ?? '')).toBeGreaterThan(Date.now());

  const missed = Date.now() - 100 * HOUR;
  const found = await documents().collection('schedules').where('repository_id', '==', repository.id).get();
  expect(found.docs).toHaveLength(1);
  for (const { ref, data } of found.docs.map((doc) => ({ ref: doc.ref, data: doc.data() })))
    await ref.update({ next_at: missed, entries: [{ ...data.entries[0], due_at: missed }] });

  let [now] = await listed();
  while (!now?.last) {
    await sleep(200);
    [now] = await listed();
  }
  expect(now.last).toMatchObject({ due_at: new Date(missed).toISOString(), reason: null });
  expect(Date.parse(now.next_at)).toBeGreaterThan(Date.now());
  const [id = '', ...others] = now.last.build_ids;
  expect(others).toEqual([]);
  const { build, log } = await ended(client, id);
  expect(build, log).toMatchObject({ status: 'succeeded', commit_sha, build_config: { cache: 'off' } });
  expect(build.image?.tags).toEqual([`main-auto-${commit_sha.slice(0, 7)}`, 'latest']);
});

test('an image whose time is over goes, with the tags that are still its own', async () => {
  const repository = await testRepository(info, { files: FILES });
  const { build, log } = await repository.build();
  expect(build, log).toMatchObject({ status: 'succeeded' });
  const images = `/v1/repositories/${repository.id}/images`;
  const image = `${images}/${build.image?.digest}`;
  expect(await client.request('GET', image)).toMatchObject({ status: 200 });
  await documents()
    .doc(`builds/${build.id}`)
    .update({ expires_at: Date.now() - 1 });
  while ((await client.request('GET', image)).status !== 404) await sleep(200);
  expect(await client.request('GET', images)).toMatchObject({ body: { images: [] } });
  expect(await client.build(build.id)).toMatchObject({ status: 'succeeded' });
});
