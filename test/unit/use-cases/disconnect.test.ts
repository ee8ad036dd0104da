import { describe, expect, it } from 'vitest';
import type { Build, BuildStatus } from '#core/build.ts';
import { type Disconnection, LAST_LOOK_MS } from '#core/disconnection.ts';
import { TransientError } from '#core/errors.ts';
import { connectionId } from '#core/ids.ts';
import { ALL_BUILDS } from '#core/ports.ts';
import { REPORT } from '#core/reporting.ts';
import { secretId } from '#core/repository.ts';
import { Secret } from '#core/secret.ts';
import { aBuild, aRepository, T0 } from '#test/support/memory/examples.ts';
import { cleanUp } from '#use-cases/disconnect.ts';
import { sweep } from '#use-cases/sweep.ts';
import { aService } from './harness.ts';

const times = { created_at: T0, updated_at: T0 };
const repository = aRepository({ secrets: { ONE: times, TWO: times } });

/** A repository with two secrets and builds in some states, just disconnected. */
async function disconnected(...states: readonly BuildStatus[]) {
  const service = aService();
  const { store, secrets, clock } = service;
  await store.repositories.create(repository);
  for (const name of ['ONE', 'TWO'])
    await secrets.put(secretId(repository.connection_id, name), new Secret('value'));
  const started = { attempt: 1, order: 1, cloud_build_id: 'cb-1' };
  for (const status of states)
    await store.builds.create(aBuild(status, { status, ...(status === 'running' ? started : {}) }));
  const note = (await store.repositories.disconnect(repository, clock.now)) as Disconnection;
  const build = async (name: string) => (await store.builds.get(aBuild(name).id)) as Build;
  const notes = () => store.repositories.disconnections(clock.now + 2 * LAST_LOOK_MS, 9);
  return { service, note, build, notes };
}

describe('cleanUp', () => {
  it('stops builds up to the point of no return, says why, and leaves the others as they are', async () => {
    const states = ['queued', 'running', 'promoting', 'succeeded', 'failed'] as const;
    const { service, note, build } = await disconnected(...states);
    const untouched = await Promise.all(states.slice(2).map(build));
    await cleanUp(service.deps, note);
    expect(await build('queued')).toMatchObject({
      status: 'cancelled',
      reason: 'disconnected',
      effects: [REPORT],
    });
    expect(await build('running')).toMatchObject({ status: 'cancelling', reason: 'disconnected' });
    expect(service.cloudBuilds.cancelled).toEqual(['cb-1']);
    expect(await Promise.all(states.slice(2).map(build))).toEqual(untouched);
  });

  it('stops all of many builds, and none of another connection', async () => {
    const { service, note } = await disconnected();
    const { builds } = service.store;
    for (let index = 0; index < 45; index++) await builds.create(aBuild(`queued ${index}`));
    await builds.create(aBuild('new', { connection_id: connectionId('again') }));
    await cleanUp(service.deps, note);
    const { items } = await builds.list('acme', ALL_BUILDS, { limit: 99, after: null });
    expect(items.filter(({ status }) => status === 'cancelled')).toHaveLength(45);
    expect(items.filter(({ status }) => status === 'queued').map(({ id }) => id)).toEqual([aBuild('new').id]);
  });

  it('removes the secrets, and none of another connection', async () => {
    const { service, note } = await disconnected();
    const other = secretId(connectionId('again'), 'ONE');
    await service.secrets.put(other, new Secret('theirs'));
    await cleanUp(service.deps, note);
    expect(service.secrets.ids()).toEqual([other]);
  });

  it('looks once more when nobody can be under way any more, and only then forgets', async () => {
    const { service, note, notes, build } = await disconnected();
    await cleanUp(service.deps, note);
    const later = { ...note, due_at: note.disconnected_at + LAST_LOOK_MS };
    expect(await notes()).toEqual([later]);
    // somebody who read the repository before it went
    await service.store.builds.create(aBuild('late'));
    await service.secrets.put(secretId(repository.connection_id, 'ONE'), new Secret('late'));
    service.clock.now = later.due_at;
    await cleanUp(service.deps, later);
    expect(await notes()).toEqual([]);
    expect(service.secrets.ids()).toEqual([]);
    expect(await build('late')).toMatchObject({ status: 'cancelled', reason: 'disconnected' });
  });

  it.each([
    ['a secret cannot be removed', 'remove'],
    ['a Cloud Build cannot be ended', 'cancel'],
    ['the bus is away', 'publish'],
  ] as const)('does what it can where %s; the sweep does the rest', async (_, what) => {
    const { service, note, build, notes } = await disconnected('queued', 'running');
    const away = new TransientError('away');
    if (what === 'remove') service.secrets.faults.plan('remove', 'before', away);
    else if (what === 'cancel') service.cloudBuilds.faults.plan('cancel', 'before', away);
    else service.bus.faults.plan('publish', 'before', away);
    await expect(cleanUp(service.deps, note)).rejects.toThrow('away');
    expect(await notes()).toEqual([note]);
    service.clock.now += service.deps.graceMs + 1;
    const { repaired, failures } = await sweep({ ...service.deps });
    expect(failures).toEqual([]);
    expect(repaired.disconnection).toBe(1);
    expect(service.secrets.ids()).toEqual([]);
    expect(service.cloudBuilds.cancelled).toContain('cb-1');
    const stopped = { status: 'cancelled', reason: 'disconnected', effects: [REPORT] };
    expect(await build('queued')).toMatchObject(stopped);
    expect(await build('running')).toMatchObject(stopped);
  });

  it('is done by the sweep where whoever disconnected died at once; its last look is no repair', async () => {
    const { service, notes, build } = await disconnected('queued');
    expect((await sweep(service.deps)).repaired).not.toHaveProperty('disconnection');
    service.clock.now += service.deps.graceMs + 1;
    expect((await sweep(service.deps)).repaired).toMatchObject({ disconnection: 1 });
    expect(service.secrets.ids()).toEqual([]);
    expect(await build('queued')).toMatchObject({ status: 'cancelled' });
    service.clock.now += LAST_LOOK_MS + service.deps.graceMs;
    expect((await sweep(service.deps)).repaired).not.toHaveProperty('disconnection');
    expect(await notes()).toEqual([]);
  });
});
