import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Bus } from '#builder/adapters/events.ts';
import { BuildFailure, toFailure } from '#builder/failure.ts';
import { Masker } from '#builder/log/mask.ts';
import { LogShipper } from '#builder/log/shipper.ts';
import { Reporter } from '#builder/report.ts';
import { BuilderOutput, type BuilderReport } from '#core/events.ts';
import { temporaryFolder } from './support/temporary.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const RESULT = {
  index_digest: DIGEST,
  manifests: [{ platform: 'linux/amd64', manifest_digest: DIGEST }],
  size_bytes: 1,
  builder_type: 'nixpacks' as const,
};

/** Remembers what was told, in order: `log` for a chunk. */
function listen(failing = new Set<string>()) {
  const told: (BuilderReport | 'log')[] = [];
  const bus: Bus = {
    patienceMs: 1000,
    report: async (report) => {
      if (failing.has(report.type)) throw new Error('bus down');
      told.push(structuredClone(report));
    },
    log: async () => void told.push('log'),
  };
  const masker = new Masker();
  masker.add('TOKEN', 'hunter2-value');
  const reporter = new Reporter(bus, new LogShipper(masker, (chunk) => bus.log(chunk), 1000));
  return { told, reporter };
}

describe('reporting', () => {
  it('tells stages as they go, then the log, and the result last', async () => {
    const { told, reporter } = listen(new Set(['progress']));
    const folder = join(await temporaryFolder(), 'output');
    reporter.begin('clone');
    reporter.begin('build');
    reporter.say('line');
    await reporter.built(RESULT, 2, folder);
    expect(told.map((each) => (each === 'log' ? each : each.type))).toEqual(['log', 'built']);
    expect(told.at(-1)).toMatchObject({ result: RESULT, last_log_chunk: 0 });
    const output = BuilderOutput.parse(JSON.parse(await readFile(join(folder, 'output'), 'utf8')));
    expect(output).toMatchObject({ attempt: 2, result: RESULT, last_log_chunk: 0 });
    expect(output.stages.every((stage) => stage.finished_at !== null)).toBe(true);
  });

  it('masks the cause too', async () => {
    const { told, reporter } = listen();
    await reporter.failed(new BuildFailure('clone_failed', 'it said hunter2-value', { fault: 'transient' }));
    expect(told).toEqual([
      {
        type: 'failed',
        stages: [],
        code: 'clone_failed',
        message: 'it said [secret TOKEN]',
        fault: 'transient',
        last_log_chunk: null,
      },
    ]);
  });

  it('relies on the output where it cannot tell, and fails where there is none', async () => {
    const folder = await temporaryFolder();
    await expect(listen(new Set(['built'])).reporter.built(RESULT, 1, folder)).resolves.toBeUndefined();
    await expect(listen(new Set(['built'])).reporter.built(RESULT, 1, undefined)).rejects.toMatchObject({
      fault: 'transient',
    });
  });

  it('keeps the cause of a failure that it cannot tell', async () => {
    const { reporter } = listen(new Set(['failed']));
    await expect(reporter.failed(new BuildFailure('no_builder', 'x'))).resolves.toBeUndefined();
  });

  it('knows whose fault an error is', () => {
    expect(toFailure(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatchObject({
      code: 'disk_full',
      fault: 'transient',
    });
    expect(toFailure(new TypeError('oops'))).toMatchObject({ code: 'internal', fault: 'bug' });
  });
});
