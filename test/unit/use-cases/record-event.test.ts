import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import type { BuilderMessage, CloudBuildView } from '#core/events.ts';
import { attemptTag } from '#core/ids.ts';
import { REPORT } from '#core/reporting.ts';
import { aBuild, aDestination, aResult, digestOf, SHOP } from '#test/support/memory/examples.ts';
import { recordCloudBuild, recordReport } from '#use-cases/record-event.ts';
import {
  aService,
  builtReport,
  PATHS,
  published,
  released,
  runningWithImage,
  type Service,
} from './harness.ts';

const message = (build_id: string, fields: Partial<BuilderMessage> = {}): BuilderMessage => ({
  version: 1,
  build_id,
  attempt: 1,
  cloud_build_id: 'cb-1',
  report: builtReport(digestOf('1')),
  ...fields,
});

describe('recordReport', () => {
  it('releases the image of a report, and frees the slot', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    await recordReport(service.deps, message(id));
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', effects: [REPORT] });
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
    expect(done).toMatchObject({ status: 'succeeded', effects: [REPORT] });
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
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', effects: [REPORT] });
  });

  it('leaves an effect whose port it lacks', async () => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    const { store, bus, now, registry, paths } = service;
    await recordReport({ store, bus, now, registry, paths }, message(id));
    expect(await service.store.builds.get(id)).toMatchObject({
      status: 'promoting',
      effects: [{ kind: 'promote' }],
    });
  });
});

describe('a result', () => {
  const STAGING = `${PATHS.staging}/shop`;
  const output = (digest: string, attempt = 1): CloudBuildView['output'] => ({
    version: 1,
    attempt,
    result: aResult(digest),
    stages: [],
    last_log_chunk: 2,
  });
  const view = (id: string, fields: Partial<CloudBuildView> = {}): CloudBuildView => {
    const attempts = [{ buildId: id, attempt: 1 }];
    const succeeded = { id: 'cb-1', attempts, state: 'succeeded', detail: '', exitCode: null } as const;
    return { ...succeeded, output: output(digestOf('1')), ...fields };
  };
  /** The three ways by which a result comes. */
  const WAYS: readonly (readonly [string, (service: Service, id: string) => Promise<unknown>])[] = [
    ['the builder’s report', (service, id) => recordReport(service.deps, message(id))],
    ['a notification', (service, id) => recordCloudBuild(service.deps, view(id), false)],
    ['an answer of Cloud Build', (service, id) => recordCloudBuild(service.deps, view(id), true)],
  ];
  /** Nothing of the image was released, and no document says that it should be. */
  async function expectUntouched(service: Service, id: string): Promise<void> {
    for (const tag of ['own-1', 'latest']) {
      expect(await service.store.tags.get(SHOP, tag)).toBeNull();
    }
    expect(service.registry.puts).toEqual([]);
    expect(await service.registry.digest(`${PATHS.release}/shop`, digestOf('1'))).toBeNull();
    expect(await service.store.builds.get(id)).toMatchObject({ result: null, moved_tags: [] });
  }

  describe.each(WAYS)('by %s', (_, record) => {
    it('is released where staging has it under the attempt’s tag', async () => {
      const service = aService();
      const { id } = await runningWithImage(service, 1);
      await record(service, id);
      expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', effects: [REPORT] });
      expect(released(service, 'latest')).toBe(digestOf('1'));
    });

    it('is refused where staging has another digest under that tag: no tag document moves', async () => {
      const service = aService();
      const { id } = await runningWithImage(service, 1);
      service.registry.push(STAGING, attemptTag(id, 1), digestOf('f'));
      await record(service, id);
      const said = expect.stringMatching(new RegExp(`${digestOf('1')}.*staging has ${digestOf('f')}`));
      expect(await service.store.builds.get(id)).toMatchObject({
        status: 'failed',
        error: { code: 'digest_mismatch', message: said, source: 'service' },
        effects: [REPORT],
      });
      await expectUntouched(service, id);
      expect(published(service, 'builds')).toEqual([{ version: 1, build_id: id }]);
    });

    it('is refused where only other builds and attempts brought that digest', async () => {
      const service = aService();
      const { id } = await runningWithImage(service, 1, {
        image: { registry: null, name: 'acme/other', tags: ['latest'] },
      });
      const staging = `${PATHS.staging}/other`;
      service.registry.push(staging, attemptTag(aBuild('other').id, 1), digestOf('1'));
      service.registry.push(staging, attemptTag(id, 2), digestOf('1'));
      await record(service, id);
      const error = { code: 'digest_mismatch', message: expect.stringContaining('staging has no image') };
      expect(await service.store.builds.get(id)).toMatchObject({ status: 'failed', error });
      expect(await service.store.tags.get(aDestination('acme/other'), 'latest')).toBeNull();
      await expectUntouched(service, id);
    });

    it('is kept waiting where the registry is away: nothing is applied, and the next time it is', async () => {
      const service = aService();
      const running = await runningWithImage(service, 1);
      service.registry.faults.plan('digest', 'before', new TransientError('the registry is away'));
      await expect(record(service, running.id)).rejects.toThrow(TransientError);
      expect(await service.store.builds.get(running.id)).toEqual(running);
      await record(service, running.id);
      expect(await service.store.builds.get(running.id)).toMatchObject({ status: 'succeeded' });
    });

    it('asks no registry where the build does not run any more', async () => {
      const service = aService();
      const { id } = await runningWithImage(service, 1, { status: 'cancelled', last_log_chunk: 1 });
      service.registry.faults.plan('digest', 'before', new TransientError('the registry is away'));
      await record(service, id);
      expect(await service.store.builds.get(id)).toMatchObject({ status: 'cancelled' });
    });
  });

  it('leaves the tags of others alone where it is refused', async () => {
    const service = aService();
    await recordReport(service.deps, message((await runningWithImage(service, 1)).id));
    const before = await service.store.tags.get(SHOP, 'latest');
    const { id } = await runningWithImage(service, 2);
    const report = builtReport(digestOf('f'));
    await recordReport(service.deps, message(id, { cloud_build_id: 'cb-2', report }));
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'failed', moved_tags: [] });
    expect(await service.store.tags.get(SHOP, 'latest')).toEqual(before);
    expect(released(service, 'latest')).toBe(digestOf('1'));
  });

  it.each([
    [
      'a report that names a double',
      (service: Service, id: string) => {
        const report = builtReport(digestOf('f'));
        return recordReport(service.deps, message(id, { cloud_build_id: 'cb-9', report }));
      },
    ],
    [
      'a double of it',
      (service: Service, id: string) =>
        recordCloudBuild(service.deps, view(id, { id: 'cb-9', output: output(digestOf('f')) }), true),
    ],
    [
      'a Cloud Build that still runs',
      (service: Service, id: string) =>
        recordCloudBuild(service.deps, view(id, { state: 'working', output: output(digestOf('f')) }), true),
    ],
    [
      'a builder that failed by itself, whose report is on its way',
      (service: Service, id: string) => {
        const failed = { state: 'failed', exitCode: 75, output: output(digestOf('f')) } as const;
        return recordCloudBuild(service.deps, view(id, failed), false);
      },
    ],
  ] as const)('of %s refuses nothing', async (_, record) => {
    const service = aService();
    const running = await runningWithImage(service, 1);
    await record(service, running.id);
    expect(await service.store.builds.get(running.id)).toEqual(running);
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
    await recordCloudBuild(service.deps, view, false);
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'succeeded', last_log_chunk: 2 });
  });

  it('leaves a builder that ended by itself to its own report, unless it was asked', async () => {
    for (const ended of [
      { state: 'failed', exitCode: 1 },
      { state: 'failed', exitCode: 75 },
      { state: 'succeeded', exitCode: null },
    ] as const) {
      const service = aService();
      const { id, ...running } = await runningWithImage(service, 1);
      const view = {
        id: 'cb-1',
        attempts: [{ buildId: id, attempt: 1 }],
        detail: '',
        output: null,
        ...ended,
      };
      await recordCloudBuild(service.deps, view, false);
      expect(await service.store.builds.get(id)).toEqual({ id, ...running });
      await recordCloudBuild(service.deps, view, true);
      const error = { source: 'cloud_build' };
      expect(await service.store.builds.get(id)).toMatchObject({ status: 'failed', error });
    }
  });

  it.each([true, false])('records a builder that was killed, asked: %s', async (asked) => {
    const service = aService();
    const { id } = await runningWithImage(service, 1);
    const attempts = [{ buildId: id, attempt: 1 }];
    const killed = {
      id: 'cb-1',
      attempts,
      state: 'failed',
      detail: '',
      exitCode: 137,
      output: null,
    } as const;
    await recordCloudBuild(service.deps, killed, asked);
    const error = { code: 'builder_ended', source: 'cloud_build' };
    expect(await service.store.builds.get(id)).toMatchObject({ status: 'failed', error });
  });

  it('does nothing for a Cloud Build that carries no attempt', async () => {
    const service = aService();
    const { id, ...running } = await runningWithImage(service, 1);
    const foreign = {
      id: 'cb-1',
      attempts: [],
      state: 'failed',
      detail: '',
      exitCode: 137,
      output: null,
    } as const;
    for (const asked of [true, false]) await recordCloudBuild(service.deps, foreign, asked);
    expect(await service.store.builds.get(id)).toEqual({ id, ...running });
  });
});
