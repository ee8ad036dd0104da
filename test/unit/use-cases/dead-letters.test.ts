import { describe, expect, it } from 'vitest';
import { givenUp, type ReceivedMessage } from '#core/dead-letter.ts';
import { TransientError } from '#core/errors.ts';
import { attemptTag } from '#core/ids.ts';
import { DeliveryWake } from '#core/messages.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { aBuild, aDeadLetter, aDelivery, aRepository, sha } from '#test/support/memory/examples.ts';
import { keepLetter } from '#use-cases/keep-letter.ts';
import { replayLetter } from '#use-cases/replay-letter.ts';
import { takeIn } from '#use-cases/take-in.ts';
import { aService, type Service } from './harness.ts';

const INTAKE = 'projects/p/subscriptions/deliveries-to-intake';
const DELIVERY = `d-${'1'.repeat(24)}`;

/** A message on `dead-letters` about one that `intake` gave up; `as` is its own id there. */
function about(body: unknown, { id = '7', as = '99', subscription = INTAKE } = {}): ReceivedMessage {
  const message = { id, body: Buffer.from(JSON.stringify(body)), attributes: { signature: 'abc' } };
  const letter = givenUp(message, { subscription, function: 'intake', reason: 'why', attempt: 20 });
  return { id: as, body: Buffer.from(JSON.stringify(letter)), attributes: {} };
}

const kept = async (service: Service, team = 'acme') =>
  (await service.store.deadLetters.list([team, null], { limit: 99, after: null })).items;

describe('keepLetter', () => {
  it('keeps a letter with all that is known of it', async () => {
    const service = aService();
    expect(await keepLetter(service.deps, about({ version: 1 }))).toBe('created');
    expect(await kept(service)).toEqual([
      {
        version: 1,
        id: expect.stringMatching(/^dl-[0-9a-f]{24}$/),
        topic: 'deliveries',
        function: 'intake',
        message_id: '7',
        reason: 'why',
        data: Buffer.from('{"version":1}').toString('base64'),
        size_bytes: 13,
        attributes: { signature: 'abc' },
        attempts: 20,
        team: null,
        build_id: null,
        kept_at: service.clock.now,
        replayed_at: null,
        replays: 0,
      },
    ]);
  });

  it('keeps one letter of a message that was given up or delivered twice', async () => {
    const service = aService();
    await keepLetter(service.deps, about({ version: 1 }));
    expect(await keepLetter(service.deps, about({ version: 1 }))).toBe('exists');
    expect(await keepLetter(service.deps, about({ version: 1 }, { as: '100' }))).toBe('exists');
    expect(await kept(service)).toHaveLength(1);
  });

  it('keeps a letter of each message, and of each subscription that gave it up', async () => {
    const service = aService();
    const elsewhere = 'projects/p/subscriptions/builds-to-submit';
    await keepLetter(service.deps, about({}));
    await keepLetter(service.deps, about({}, { id: '8' }));
    await keepLetter(service.deps, about({}, { subscription: elsewhere }));
    await keepLetter(service.deps, { id: '7', body: Buffer.from('no JSON'), attributes: {} });
    expect(await kept(service)).toHaveLength(4);
  });

  it('finds the team by the build, by a Cloud Build’s tag and by the delivery', async () => {
    const service = aService();
    const build = aBuild('one');
    await service.store.builds.create(build);
    await service.store.repositories.create(aRepository());
    await service.store.deliveries.create(aDelivery(DELIVERY));
    await keepLetter(service.deps, about({ build_id: build.id }, { id: '1' }));
    await keepLetter(service.deps, about({ tags: [attemptTag(build.id, 1)] }, { id: '2' }));
    await keepLetter(service.deps, about({ delivery_id: DELIVERY }, { id: '3' }));
    const letters = await kept(service);
    expect(letters.map(({ team }) => team)).toEqual(['acme', 'acme', 'acme']);
    expect(letters.map(({ build_id }) => build_id).toSorted()).toEqual([build.id, build.id, null].toSorted());
    expect(await kept(service, 'other')).toEqual([]);
  });

  it('has no team where build, delivery or repository is not known', async () => {
    const service = aService();
    const unknown = aBuild('unknown').id;
    await service.store.deliveries.create(aDelivery(DELIVERY));
    await keepLetter(service.deps, about({ build_id: unknown }, { id: '1' }));
    await keepLetter(service.deps, about({ delivery_id: DELIVERY }, { id: '2' }));
    await keepLetter(service.deps, about({ delivery_id: `d-${'2'.repeat(24)}` }, { id: '3' }));
    const letters = await kept(service, 'whoever');
    expect(letters.map(({ team }) => team)).toEqual([null, null, null]);
    expect(letters.find(({ message_id }) => message_id === '1')?.build_id).toBe(unknown);
  });
});

describe('replayLetter', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0a]);

  async function given(fields = {}): Promise<Service> {
    const service = aService();
    await service.store.deadLetters.create(
      aDeadLetter('dl-1', { data: bytes.toString('base64'), ...fields }),
    );
    return service;
  }
  const replay = async (service: Service) => {
    const letter = await service.store.deadLetters.get('dl-1');
    return replayLetter(service.deps, letter ?? expect.fail());
  };

  it('publishes the exact bytes and attributes to the topic, and counts', async () => {
    const service = await given();
    const replayed = await replay(service);
    expect(replayed).toMatchObject({ replayed_at: service.clock.now, replays: 1 });
    expect(await service.store.deadLetters.get('dl-1')).toEqual(replayed);
    expect(service.bus.published).toEqual([
      { topic: 'deliveries', body: undefined, data: bytes, attributes: { signature: 'abc' } },
    ]);
  });

  it('may be done again, also after a death between publishing and counting', async () => {
    const service = await given();
    service.bus.faults.plan('publish', 'after', new Error('killed'));
    await expect(replay(service)).rejects.toThrow('killed');
    expect(await service.store.deadLetters.get('dl-1')).toMatchObject({ replayed_at: null, replays: 0 });
    await replay(service);
    expect(await replay(service)).toMatchObject({ replays: 2 });
    expect(service.bus.published.map(({ data }) => data)).toEqual([bytes, bytes, bytes]);
  });

  it('counts nothing where the bus is away', async () => {
    const service = await given();
    service.bus.faults.plan('publish', 'before', new TransientError('away'));
    await expect(replay(service)).rejects.toThrow(TransientError);
    expect(await service.store.deadLetters.get('dl-1')).toMatchObject({ replays: 0 });
  });

  it.each([
    ['topic', { topic: null }, /where it came from/],
    ['bytes', { data: null }, /its bytes were not kept/],
  ])('is refused without its %s', async (_, fields, why) => {
    const service = await given(fields);
    const refused = replay(service);
    await expect(refused).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(why) });
    expect(service.bus.published).toEqual([]);
    expect(await service.store.deadLetters.get('dl-1')).toMatchObject({ replays: 0 });
  });
});

it('a wake-up that intake gave up makes its build when it is replayed', async () => {
  const service = aService();
  await service.store.repositories.create(aRepository());
  await service.store.deliveries.create(aDelivery(DELIVERY));
  service.bus.subscribe('deliveries', async ({ body }) => {
    await takeIn(service.deps, DeliveryWake.parse(body).delivery_id);
  });
  await keepLetter(service.deps, about({ version: 1, delivery_id: DELIVERY }));
  const [letter] = await kept(service);
  await replayLetter(service.deps, letter ?? expect.fail());
  const { items } = await service.store.builds.list('acme', ALL_BUILDS, { limit: 9, after: null });
  expect(items.map((build) => build.commit_sha)).toEqual([sha('a')]);
});
