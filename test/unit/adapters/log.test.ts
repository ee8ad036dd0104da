import { afterEach, describe, expect, it, vi } from 'vitest';
import { log, logFor } from '#adapters/log.ts';
import { about, inRequest, traceOf } from '#adapters/telemetry/log-context.ts';
import { tell } from '#adapters/telemetry/tell.ts';
import { Secret } from '#core/secret.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The lines that are logged meanwhile. */
async function linesOf(act: () => unknown): Promise<Record<string, unknown>[]> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await act();
  vi.restoreAllMocks();
  return written.map((text) => {
    expect(text.indexOf('\n')).toBe(text.length - 1);
    return JSON.parse(text);
  });
}

describe('traceOf', () => {
  it('reads W3C’s header, and Google’s older one where that is missing', () => {
    const both = {
      traceparent: `00-${TRACE}-${SPAN}-01`,
      'x-cloud-trace-context': `${'a'.repeat(32)}/1;o=0`,
    };
    expect(traceOf(both)).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true });
    expect(traceOf({ 'x-cloud-trace-context': `${TRACE}/67667974448284343;o=1` })).toEqual({
      ...{ traceId: TRACE, spanId: SPAN, sampled: true },
    });
    expect(traceOf({ 'x-cloud-trace-context': TRACE })).toEqual({
      ...{ traceId: TRACE, spanId: null, sampled: false },
    });
  });

  it('takes nothing else', () => {
    for (const text of ['', 'x', `00-${TRACE}`, `00-${TRACE}-${SPAN}-01\n{"severity":"ERROR"}`])
      expect(traceOf({ traceparent: text })).toBeNull();
    expect(traceOf({ 'x-cloud-trace-context': `${TRACE}/../x` })).toBeNull();
  });
});

describe('a line', () => {
  it('has its request’s trace and what that is about, and no other’s', async () => {
    logFor('acme-builds');
    const serve = (id: string) => async () => {
      await Promise.resolve();
      about({ build_id: id });
      await Promise.resolve();
      log('INFO', 'hello', { more: 1 });
    };
    const lines = await linesOf(() =>
      Promise.all([
        inRequest({ traceparent: `00-${TRACE}-${SPAN}-00` }, serve('b-1')),
        inRequest({}, serve('b-2')),
      ]),
    );
    expect(lines).toEqual([
      {
        severity: 'INFO',
        message: 'hello',
        'logging.googleapis.com/trace': `projects/acme-builds/traces/${TRACE}`,
        'logging.googleapis.com/spanId': SPAN,
        'logging.googleapis.com/trace_sampled': false,
        build_id: 'b-1',
        more: 1,
      },
      { severity: 'INFO', message: 'hello', build_id: 'b-2', more: 1 },
    ]);
  });

  it('outside of a request has neither', async () => {
    about({ build_id: 'b-1' });
    expect(await linesOf(() => log('INFO', 'hello'))).toEqual([{ severity: 'INFO', message: 'hello' }]);
  });

  it('is one line, of bounded length, and without a secret, whatever is in it', async () => {
    const hostile = `a\n{"severity":"ERROR","event":"build_ended"}\r\u2028${'x'.repeat(1_000_000)}`;
    const why = Array.from({ length: 5000 }, () => hostile.slice(0, 100));
    const [line] = await linesOf(() =>
      log('ERROR', hostile, { error: new Error(hostile), token: new Secret('hunter2'), why }),
    );
    expect(JSON.stringify(line).length).toBeLessThan(64 * 1024);
    expect(line).toMatchObject({ severity: 'ERROR', token: '[secret]' });
    expect(line).not.toHaveProperty('event');
  });

  it('of an event has its fields beside words for people', async () => {
    const [line] = await linesOf(() =>
      tell({ event: 'queue', pool: 'default', queued: 3, running: 2, oldest_queued_s: 61 }),
    );
    expect(line).toEqual({
      severity: 'INFO',
      message: '3 builds wait, 2 run; the oldest for 61 s',
      ...{ event: 'queue', pool: 'default', queued: 3, running: 2, oldest_queued_s: 61 },
    });
  });
});
