import { describe, expect, it } from 'vitest';
import type { Effect } from '#core/build.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { aBuild } from '#test/support/memory/examples.ts';
import { runEffects } from '#use-cases/run-effects.ts';
import { aService, published } from './harness.ts';

const wake: Effect = { kind: 'wake_submit' };
const cancel = (cloud_build_id: string): Effect => ({
  kind: 'cancel_cloud_build',
  attempt: 1,
  cloud_build_id,
});

async function owing(...effects: Effect[]) {
  const service = aService();
  const build = aBuild('x', { status: 'failed', effects });
  await service.store.builds.create(build);
  const left = async () => (await service.store.builds.get(build.id))?.effects;
  return { service, build, left };
}

describe('runEffects', () => {
  it('does all that is owed, in order, and clears it', async () => {
    const { service, build, left } = await owing(cancel('cb-1'), cancel('cb-2'), wake);
    await runEffects(service.deps, build);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1', 'cb-2']);
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: build.id }]);
    expect(await left()).toEqual([]);
  });

  it('tries the others where one fails, throws that failure, and keeps that one', async () => {
    const { service, build, left } = await owing(cancel('cb-1'), cancel('cb-2'), wake);
    const away = new TransientError('away');
    service.cloudBuilds.faults.plan('cancel', 'before', away);
    await expect(runEffects(service.deps, build)).rejects.toBe(away);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-2']);
    expect(published(service, 'builds')).toHaveLength(1);
    expect(await left()).toEqual([cancel('cb-1')]);
  });

  it('throws the first of several failures, and keeps all of them', async () => {
    const { service, build, left } = await owing(cancel('cb-1'), wake, cancel('cb-2'));
    service.cloudBuilds.faults.plan('cancel', 'before', new TransientError('first'));
    service.bus.faults.plan('publish', 'before', new TransientError('second'));
    await expect(runEffects(service.deps, build)).rejects.toThrow('first');
    expect(service.cloudBuilds.cancelled).toEqual(['cb-2']);
    expect(await left()).toEqual([cancel('cb-1'), wake]);
  });

  it('throws what may pass before what cannot, whichever comes first, and keeps both', async () => {
    const refused = new UserError('refused', 'no');
    for (const other of [new TransientError('away'), new Error('a bug')]) {
      for (const [first, second] of [
        [refused, other],
        [other, refused],
      ] as const) {
        const { service, build, left } = await owing(cancel('cb-1'), wake, cancel('cb-2'));
        service.cloudBuilds.faults.plan('cancel', 'before', first);
        service.bus.faults.plan('publish', 'before', second);
        await expect(runEffects(service.deps, build)).rejects.toBe(other);
        expect(service.cloudBuilds.cancelled).toEqual(['cb-2']);
        expect(await left()).toEqual([cancel('cb-1'), wake]);
      }
    }
  });

  it('throws a UserError where nothing else failed, the first of them', async () => {
    const { service, build, left } = await owing(cancel('cb-1'), wake);
    const refused = new UserError('refused', 'no');
    service.cloudBuilds.faults.plan('cancel', 'before', refused);
    service.bus.faults.plan('publish', 'before', new UserError('refused', 'neither'));
    await expect(runEffects(service.deps, build)).rejects.toBe(refused);
    expect(await left()).toEqual([cancel('cb-1'), wake]);
  });

  it('keeps an effect that was done and whose answer was lost: it is done once more', async () => {
    const { service, build, left } = await owing(cancel('cb-1'));
    service.cloudBuilds.faults.plan('cancel', 'after', new TransientError('no answer'));
    await expect(runEffects(service.deps, build)).rejects.toThrow('no answer');
    expect(await left()).toEqual([cancel('cb-1')]);
    await runEffects(service.deps, build);
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1', 'cb-1']);
    expect(await left()).toEqual([]);
  });

  it('leaves what it has no port for, and does the rest', async () => {
    const { service, build, left } = await owing({ kind: 'promote' }, cancel('cb-1'), wake);
    const { store, bus } = service;
    await runEffects({ store, bus }, build);
    expect(await left()).toEqual([{ kind: 'promote' }, cancel('cb-1')]);
  });
});
