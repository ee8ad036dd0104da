import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogChunk } from '#core/events.ts';
import { aBuild, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { logText, measureLog } from '#use-cases/log-text.ts';
import { readLog } from '#use-cases/read-log.ts';

/** A log of two attempts: for each chunk the texts of its lines, null where it was lost. */
const aLog = fc.array(
  fc.array(
    fc.option(fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 1, maxLength: 5 })),
    {
      minLength: 1,
      maxLength: 40,
    },
  ),
  { minLength: 2, maxLength: 2 },
);
const build = aBuild('x', { status: 'succeeded', attempt: 2, finished_at: T0, order: 1 });

async function stored(attempts: readonly (readonly (readonly string[] | null)[])[], isEndKnown: boolean) {
  const store = memoryStore();
  for (const [before, chunks] of attempts.entries()) {
    let seq = 0;
    for (const [number, texts] of chunks.entries()) {
      const lines = (texts ?? ['lost']).map((text) => ({ seq: seq++, at: T0, stage: 'build', text }));
      const place = { build_id: build.id, attempt: before + 1, cloud_build_id: 'cb', chunk: number };
      const chunk: LogChunk = { version: 1, ...place, lines };
      if (texts !== null) await store.logs.create(chunk, T0);
    }
  }
  const last_log_chunk = isEndKnown ? (attempts.at(-1)?.length ?? 0) - 1 : null;
  return { deps: { store, now: () => T0 + 60_000 }, ended: { ...build, last_log_chunk } };
}

describe('a log', () => {
  it('is the same in pages of any size', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(aLog, fc.boolean(), sizes, async (log, isEndKnown, limits) => {
        const { deps, ended } = await stored(log, isEndKnown);
        const read = async (limitOf: (page: number) => number | undefined) => {
          const lines = [];
          let cursor: string | null = null;
          for (let count = 0; ; count++) {
            const page: Awaited<ReturnType<typeof readLog>> = await readLog(
              deps,
              ended,
              cursor,
              0,
              limitOf(count),
            );
            lines.push(...page.lines);
            if (page.complete) return lines;
            cursor = page.next_cursor;
          }
        };
        expect(await read((page) => limits[page % limits.length])).toEqual(await read(() => undefined));
      }),
    );
  });

  it('has a text of which any part can be had', async () => {
    await fc.assert(
      fc.asyncProperty(aLog, fc.nat(600), fc.nat(600), async (log, start, end) => {
        const { deps, ended } = await stored(log, true);
        const extent = await measureLog(deps, ended);
        const part = async (range: { start: number; end: number }) => {
          const pieces: Buffer[] = [];
          for await (const piece of logText(deps, ended, range)) pieces.push(piece);
          return Buffer.concat(pieces);
        };
        const whole = await part({ start: 0, end: extent.bytes });
        expect(extent).toEqual({ bytes: whole.length, complete: true });
        expect((await part({ start, end })).equals(whole.subarray(start, end))).toBe(true);
      }),
    );
  });
});
