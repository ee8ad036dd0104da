import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import type { BuilderMessage } from '#core/events.ts';
import { eventKey, exchangeToken, signBody } from '#core/ids.ts';
import { aBuild, aResult, digestOf } from '#test/support/memory/examples.ts';
import { isSigned, recordCloudBuild, recordReport } from '#use-cases/record-event.ts';
import { aService, builtReport, EXCHANGE_KEY, published, released, runningWithImage } from './harness.ts';

const message = (build_id: string, fields: Partial<BuilderMessage> = {}): BuilderMessage => ({
  version: 1,
  build_id,
  attempt: 1,
  cloud_build_id: 'cb-1',
  report: builtReport(digestOf('1')),
  ...fields,
});

describe('isSigned', () => {
  const { id } = aBuild('x');
  const body = Buffer.from(JSON.stringify(message(id)));
  const key = eventKey(EXCHANGE_KEY, id, 1);

  it('takes the signature of this build’s own key over these bytes', () => {
    expect(isSigned(EXCHANGE_KEY, { build_id: id, attempt: 1 }, body, signBody(key, body))).toBe(true);
  });

  it('takes no other bytes, build, attempt or signature', () => {
    const good = signBody(key, body);
    const changed = Buffer.from(body.toString().replace('cb-1', 'cb-2'));
    expect(isSigned(EXCHANGE_KEY, { build_id: id, attempt: 1 }, changed, good)).toBe(false);
    expect(isSigned(EXCHANGE_KEY, { build_id: aBuild('y').id, attempt: 1 }, body, good)).toBe(false);
    expect(isSigned(EXCHANGE_KEY, { build_id: id, attempt: 2 }, body, good)).toBe(false);
    for (const bad of ['', good.slice(1), `${good}=`, good.toLowerCase()]) {
      expect(isSigned(EXCHANGE_KEY, { build_id: id, attempt: 1 }, body, bad)).toBe(false);
    }
  });

  it('takes no exchange token for a key: what the Build resource shows signs nothing', () => {
    const shown = signBody(exchangeToken(EXCHANGE_KEY, id, 1), body);
    expect(isSigned(EXCHANGE_KEY, { build_id: id, attempt: 1 }, body, shown)).toBe(false);
  });
});

describe('recordReport', () => {
  it('releases the image of a report, and frees the slot', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    await recordReport(service.deps, message(id));
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', effects: [] });
    expect(released(service, 'latest')).toBe(digestOf('1'));
    expect(published(service, 'builds')).toEqual([{ version: 1, build_id: id }]);
  });

  it('does nothing more for a doubled report', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    await Promise.allSettled([
      recordReport(service.deps, message(id)),
      recordReport(service.deps, message(id)),
    ]);
    await recordReport(service.deps, message(id));
    const done = await service.store.builds.get(id);
    expect(done).toMatchObject({ status: 'succeeded', effects: [] });
    expect((await recordReport(service.deps, message(id))).outcome.kind).toBe('ignored');
    expect(await service.store.builds.get(id)).toEqual(done);
  });

  it('takes no report of a Cloud Build that is not the bound one', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    await recordReport(service.deps, message(id, { cloud_build_id: 'cb-2' }));
    await recordReport(service.deps, message(id, { attempt: 2 }));
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'running' });
  });

  it('keeps what it could not do: the next message for the build does it', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    service.registry.faults.plan('copy', 'before', new TransientError('the registry is away'));
    await expect(recordReport(service.deps, message(id))).rejects.toThrow(TransientError);
    expect(await service.store.builds.get(id)).toMatchObject({
      status: 'promoting',
      effects: [{ kind: 'promote' }],
    });
    expect((await recordReport(service.deps, message(id))).outcome.kind).toBe('ignored');
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', effects: [] });
  });

  it('leaves an effect whose port it lacks', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    const { store, bus, now } = service;
    await recordReport({ store, bus, now }, message(id));
    expect(await service.store.builds.get(id)).toMatchObject({
      status: 'promoting',
      effects: [{ kind: 'promote' }],
    });
  });
});

describe('recordCloudBuild', () => {
  it('recovers the result that the builder left with Cloud Build', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    const output = {
      version: 1 as const,
      attempt: 1,
      result: aResult(digestOf('1')),
      stages: [],
      last_log_chunk: 2,
    };
    const attempts = [{ buildId: id, attempt: 1 }];
    const view = { id: 'cb-1', attempts, state: 'succeeded', detail: '', exitCode: 0, output } as const;
    await recordCloudBuild(service.deps, view);
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', last_log_chunk: 2 });
  });

  it('does nothing for a Cloud Build that carries no attempt', async () => {
    const service = aService();
    const { id, ...running } = await runningWithImage(service, 1);
    await recordCloudBuild(service.deps, {
      id: 'cb-1',
      attempts: [],
      state: 'failed',
      detail: '',
      exitCode: 1,
      output: null,
    });
    expect(await service.store.builds.get(id)).toEqual({ id, ...running });
  });
});
