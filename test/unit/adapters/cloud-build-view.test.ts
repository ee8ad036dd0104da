import { describe, expect, it } from 'vitest';
import { CloudBuildResource, viewOf } from '#adapters/cloud-build/view.ts';
import { attemptTag } from '#core/ids.ts';
import { aBuild, aResult, T0 } from '#test/support/memory/examples.ts';

const { id } = aBuild('x');
const OUTPUT = {
  version: 1,
  attempt: 2,
  result: aResult(),
  stages: [{ name: 'clone', started_at: T0, finished_at: T0 + 1 }],
  last_log_chunk: 7,
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const parsed = (resource: unknown) => viewOf(CloudBuildResource.parse(resource));

/** A Build as a notification on `cloud-builds` has it: JSON, proto3 defaults left out, bytes in base64. */
function notification(fields: object = {}): unknown {
  const build = {
    name: 'projects/1234/locations/europe-west1/builds/cb-1',
    id: 'cb-1',
    projectId: 'demo',
    status: 'SUCCESS',
    createTime: '2026-01-01T00:00:00.123456Z',
    steps: [{ name: 'builder', status: 'SUCCESS', timing: { startTime: '2026-01-01T00:00:01Z' } }],
    results: { buildStepImages: [''], buildStepOutputs: [base64(JSON.stringify(OUTPUT))] },
    tags: ['bitflow', attemptTag(id, 2)],
    timeout: '1800s',
    ...fields,
  };
  return JSON.parse(JSON.stringify(build));
}

/** The same Build as the gRPC client gives it: every field there, with its default or null, bytes in buffers. */
function clientObject(fields: object = {}): unknown {
  return {
    id: 'cb-1',
    status: 'SUCCESS',
    statusDetail: '',
    createTime: { seconds: '1767225600', nanos: 123_456_000 },
    steps: [{ name: 'builder', status: 'SUCCESS', exitCode: 0, timing: null, env: [] }],
    results: {
      images: [],
      buildStepImages: [''],
      buildStepOutputs: [Buffer.from(JSON.stringify(OUTPUT))],
      numArtifacts: '0',
    },
    tags: ['bitflow', attemptTag(id, 2)],
    failureInfo: null,
    ...fields,
  };
}

const withOutput = (text: string) => ({
  results: { buildStepImages: [], buildStepOutputs: [base64(text)] },
});

describe('viewOf', () => {
  it('reads a notification and the client’s object as one and the same', () => {
    const view = {
      id: 'cb-1',
      attempts: [{ buildId: id, attempt: 2 }],
      state: 'succeeded',
      detail: '',
      exitCode: null,
      output: OUTPUT,
    };
    expect(parsed(notification())).toEqual(view);
    expect(parsed(clientObject())).toEqual(view);
    const bytes = new Uint8Array(Buffer.from(JSON.stringify(OUTPUT)));
    expect(parsed(clientObject({ results: { buildStepOutputs: [bytes] } }))).toEqual(view);
  });

  it.each([
    ['STATUS_UNKNOWN', 'queued'],
    ['PENDING', 'queued'],
    ['QUEUED', 'queued'],
    ['WORKING', 'working'],
    ['SUCCESS', 'succeeded'],
    ['FAILURE', 'failed'],
    ['INTERNAL_ERROR', 'internal_error'],
    ['TIMEOUT', 'timed_out'],
    ['CANCELLED', 'cancelled'],
    ['EXPIRED', 'expired'],
  ])('says of %s that it is %s', (status, state) => {
    expect(parsed(notification({ status })).state).toBe(state);
    expect(parsed(clientObject({ status })).state).toBe(state);
  });

  it('reads a Build of which hardly anything is said yet', () => {
    const empty = { attempts: [], state: 'queued', detail: '', exitCode: null, output: null };
    expect(parsed({ id: 'cb-1', status: 'QUEUED' })).toEqual({ id: 'cb-1', ...empty });
    const nulls = { statusDetail: null, tags: null, steps: null, results: null };
    expect(parsed({ id: 'cb-1', status: 'QUEUED', ...nulls })).toEqual({ id: 'cb-1', ...empty });
    expect(parsed({ id: 'cb-1', status: 'QUEUED', results: { buildStepOutputs: null } }).output).toBeNull();
  });

  it('gives the exit code of the step that failed, and none where none did', () => {
    const failed = (...codes: (number | null | undefined)[]) =>
      parsed(clientObject({ status: 'FAILURE', steps: codes.map((exitCode) => ({ exitCode })) })).exitCode;
    expect(failed(75)).toBe(75);
    expect(failed(0, 137, 1)).toBe(137);
    expect(failed(0, 0)).toBeNull();
    expect(failed(null, undefined)).toBeNull();
    expect(failed()).toBeNull();
  });

  it('passes on what Cloud Build says of a failure', () => {
    const said = 'Build failed: step exited with non-zero status: 1';
    expect(parsed(notification({ status: 'FAILURE', statusDetail: said })).detail).toBe(said);
  });
});

describe('the tags', () => {
  it('name the attempts; those of others name none', () => {
    const tags = [
      'bitflow',
      '',
      'build-x-a1',
      attemptTag(id, 1),
      `${attemptTag(id, 1)} `,
      `x-${attemptTag(id, 1)}`,
      `build-${id}-a0`,
      `build-${id}-a01`,
      `build-${id}-a-1`,
      `build-${id}-a10000`,
      `build-${id.toUpperCase()}-a1`,
      `build-${id}-a1\n`,
      'build-b-../../secrets-a1',
    ];
    expect(parsed(notification({ tags })).attempts).toEqual([{ buildId: id, attempt: 1 }]);
    expect(parsed(notification({ tags: [] })).attempts).toEqual([]);
  });

  it('may name several', () => {
    const tags = [attemptTag(id, 1), attemptTag(aBuild('y').id, 9999)];
    expect(parsed(clientObject({ tags })).attempts).toEqual([
      { buildId: id, attempt: 1 },
      { buildId: aBuild('y').id, attempt: 9999 },
    ]);
  });
});

describe('an output', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', 'hello'],
    ['cut off JSON', JSON.stringify(OUTPUT).slice(0, -1)],
    ['two of them', JSON.stringify(OUTPUT).repeat(2)],
    ['null', 'null'],
    ['a number', '1'],
    ['an array', '[]'],
    ['an empty object', '{}'],
    ['deeply nested', '['.repeat(20_000)],
    ['another version', JSON.stringify({ ...OUTPUT, version: 2 })],
    ['no attempt', JSON.stringify({ ...OUTPUT, attempt: 0 })],
    ['an attempt in words', JSON.stringify({ ...OUTPUT, attempt: '2' })],
    ['a digest that is a path', JSON.stringify({ ...OUTPUT, result: aResultWith('../../x') })],
    ['a digest of another algorithm', JSON.stringify({ ...OUTPUT, result: aResultWith('sha512:00') })],
    [
      'a digest with a line end',
      JSON.stringify({ ...OUTPUT, result: aResultWith(`${aResult().index_digest}\n`) }),
    ],
    ['no manifests', JSON.stringify({ ...OUTPUT, result: { ...aResult(), manifests: [] } })],
    ['a negative size', JSON.stringify({ ...OUTPUT, result: { ...aResult(), size_bytes: -1 } })],
    ['an unknown builder', JSON.stringify({ ...OUTPUT, result: { ...aResult(), builder_type: 'auto' } })],
    ['too many stages', JSON.stringify({ ...OUTPUT, stages: Array(17).fill(OUTPUT.stages[0]) })],
    ['an unknown stage', JSON.stringify({ ...OUTPUT, stages: [{ ...OUTPUT.stages[0], name: 'mine' }] })],
    ['a negative log chunk', JSON.stringify({ ...OUTPUT, last_log_chunk: -1 })],
    ['no log chunk', JSON.stringify({ ...OUTPUT, last_log_chunk: undefined })],
  ])('that holds %s is none', (_, text) => {
    expect(parsed(notification(withOutput(text))).output).toBeNull();
    const results = { buildStepOutputs: [Buffer.from(text)] };
    expect(parsed(clientObject({ results })).output).toBeNull();
  });

  it('that is no UTF-8, or no base64, is none', () => {
    const results = (output: unknown) => ({ results: { buildStepOutputs: [output] } });
    expect(parsed(clientObject(results(Buffer.from([0xff, 0xfe, 0x00, 0x80])))).output).toBeNull();
    expect(parsed(notification(results('%%% not base64 %%%'))).output).toBeNull();
    expect(parsed(notification(results(JSON.stringify(OUTPUT)))).output).toBeNull();
  });

  it('keeps nothing that is not ours', () => {
    const smuggled = `{"__proto__":{"x":1},"constructor":{"y":1},${JSON.stringify({ ...OUTPUT, status: 'succeeded' }).slice(1)}`;
    const { output } = parsed(notification(withOutput(smuggled)));
    expect(output).toEqual(OUTPUT);
    expect(Object.keys(output ?? {}).toSorted()).toEqual(Object.keys(OUTPUT).toSorted());
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('is the one of the first step, the builder', () => {
    const outputs = [base64(''), base64(JSON.stringify(OUTPUT))];
    expect(parsed(notification({ results: { buildStepOutputs: outputs } })).output).toBeNull();
    expect(parsed(notification({ results: { buildStepOutputs: [] } })).output).toBeNull();
  });
});

describe('CloudBuildResource', () => {
  it.each([
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['a long id', { id: 'x'.repeat(129) }],
    ['no status', { status: undefined }],
    ['an unknown status', { status: 'DONE' }],
    ['a status that is a number', { status: 3 }],
    ['tags that are no texts', { tags: [1] }],
    ['outputs that are numbers', { results: { buildStepOutputs: [1] } }],
  ])('refuses %s', (_, fields) => {
    expect(CloudBuildResource.safeParse(notification(fields)).success).toBe(false);
  });
});

function aResultWith(index_digest: string) {
  return { ...aResult(), index_digest };
}
