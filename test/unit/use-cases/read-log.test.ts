import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Build } from '#core/build.ts';
import type { LogChunk } from '#core/events.ts';
import type { Store } from '#core/ports.ts';
import { aBuild, aChunk, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { type LogPage, readLog } from '#use-cases/read-log.ts';

const LONG_MS = 25_000;
const { id } = aBuild('x');
const running = { status: 'running', attempt: 1, order: 1, cloud_build_id: 'cb-1', bound: true } as const;
const ended = { ...running, status: 'succeeded', finished_at: T0 } as const;
/** Long enough after the end that nothing of it can be on its way. */
const SETTLED = T0 + 3_000;

beforeEach(() => {
  vi.useFakeTimers({ now: T0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A log in memory, and how often it was read. */
async function aLog(fields: Partial<Build>, chunks: readonly LogChunk[] = []) {
  const store = memoryStore();
  const reads = { chunks: 0, builds: 0 };
  await store.builds.create(aBuild('x', fields));
  for (const chunk of chunks) await store.logs.create(chunk, T0);
  const logs: Store['logs'] = {
    ...store.logs,
    read: (...wanted) => {
      reads.chunks += 1;
      return store.logs.read(...wanted);
    },
  };
  const builds: Store['builds'] = {
    ...store.builds,
    get: (wanted) => {
      reads.builds += 1;
      return store.builds.get(wanted);
    },
  };
  const read = async (cursor: string | null = null, waitMs = 0): Promise<LogPage> => {
    const build = await store.builds.get(id);
    if (build === null) throw new Error('the build is gone');
    return readLog({ store: { builds, logs }, now: Date.now }, build, cursor, waitMs);
  };
  return { store, reads, read };
}

const numbered = (...numbers: number[]) => numbers.map((number) => aChunk(id, number));
const textOf = ({ lines }: LogPage) => lines.map(({ text }) => text);
const lost = (count: number) => `[bitflow] ${count} lines of this log were lost on their way`;
const END_LOST = '[bitflow] the end of this log was lost on its way';

/** Reads on until there is nothing more now; gives all the lines, and the last page. */
async function readAll(read: (cursor: string | null) => Promise<LogPage>, cursor: string | null = null) {
  const lines: string[] = [];
  for (let page = await read(cursor), pages = 1; ; page = await read(page.next_cursor), pages++) {
    lines.push(...textOf(page));
    const stands = page.next_cursor === cursor;
    cursor = page.next_cursor;
    if (page.complete || stands || pages > 20) return { lines, page };
  }
}

/** A long poll that runs while a test does something; `over` says whether it has answered. */
function polling(read: Promise<LogPage>) {
  const state: { over: boolean; at: number } = { over: false, at: 0 };
  const page = read.finally(() => {
    state.over = true;
    state.at = Date.now();
  });
  return { page, state };
}

describe('readLog', () => {
  it('gives the lines in order, each once, by cursor', async () => {
    const { read, store } = await aLog(running, numbered(2, 0, 1));
    const first = await read();
    expect(first).toMatchObject({ complete: false });
    expect(first.lines).toEqual(numbered(0, 1, 2).flatMap(({ lines }) => lines));
    const nothing = await read(first.next_cursor);
    expect(nothing).toEqual({ lines: [], next_cursor: first.next_cursor, complete: false });
    await store.logs.create(aChunk(id, 3), T0);
    expect(textOf(await read(first.next_cursor))).toEqual(['line 3']);
    expect(textOf(await read())).toEqual(['line 0', 'line 1', 'line 2', 'line 3']);
  });

  it('gives a long log in pages, without repeats or gaps', async () => {
    const numbers = Array.from({ length: 75 }, (_, number) => number);
    const { read } = await aLog({ ...ended, last_log_chunk: 74 }, numbered(...numbers));
    const first = await read();
    expect(first.lines.length).toBeLessThan(75);
    expect(first.complete).toBe(false);
    const all = await readAll(read);
    expect(all.lines).toEqual(numbers.map((number) => `line ${number}`));
    expect(all.page.complete).toBe(true);
  });

  it('is not complete while the build goes on, though its last chunk is there', async () => {
    const { read } = await aLog({ ...running, status: 'promoting', last_log_chunk: 0 }, numbered(0));
    expect(await read()).toMatchObject({ complete: false, lines: [{ text: 'line 0' }] });
  });
});

describe('a hole', () => {
  it('stops the cursor while the build may still fill it', async () => {
    const { read, store } = await aLog(running, numbered(0, 2, 3));
    const first = await read();
    expect(textOf(first)).toEqual(['line 0']);
    vi.setSystemTime(T0 + 600_000);
    expect(await read(first.next_cursor)).toEqual({ ...first, lines: [] });
    await store.logs.create(aChunk(id, 1), T0);
    expect(textOf(await read(first.next_cursor))).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('stops the cursor for 3 s after the end; then a line says how many are missing, and it goes on', async () => {
    const { read } = await aLog(ended, numbered(0, 4, 5));
    vi.setSystemTime(SETTLED - 1);
    const young = await read();
    expect([textOf(young), young.complete]).toEqual([['line 0'], false]);
    expect(await read(young.next_cursor)).toMatchObject({ lines: [], complete: false });
    vi.setSystemTime(SETTLED);
    const rest = await read(young.next_cursor);
    expect(textOf(rest)).toEqual([lost(3), 'line 4', 'line 5']);
    expect(rest.lines[0]).toMatchObject({ seq: 1, stage: 'bitflow' });
    expect(rest.complete).toBe(true);
    expect(await read(rest.next_cursor)).toEqual({ ...rest, lines: [] });
  });

  it('counts lines, not chunks, and says so at each hole, at the start too', async () => {
    const chunk = (number: number, first: number, count: number): LogChunk => ({
      ...aChunk(id, number),
      lines: Array.from({ length: count }, (_, index) => {
        const seq = first + index;
        return { seq, at: T0, stage: 'build', text: `line ${seq}` };
      }),
    });
    const { read } = await aLog({ ...ended, last_log_chunk: 4 }, [chunk(1, 10, 2), chunk(4, 20, 1)]);
    vi.setSystemTime(SETTLED);
    const page = await read();
    expect(textOf(page)).toEqual([lost(10), 'line 10', 'line 11', lost(8), 'line 20']);
    expect(page.complete).toBe(true);
  });

  it('is filled, not told, where the chunk comes within the 3 s', async () => {
    const { read, store } = await aLog({ ...ended, last_log_chunk: 2 }, numbered(0, 2));
    const { page, state } = polling(read((await read()).next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state.over).toBe(false);
    await store.logs.create(aChunk(id, 1), T0);
    await vi.advanceTimersByTimeAsync(0);
    expect(state.over).toBe(true);
    expect(await page).toMatchObject({ complete: true, lines: [{ text: 'line 1' }, { text: 'line 2' }] });
  });
});

describe('the end', () => {
  it('is known at once where the last chunk is named and was read', async () => {
    const { read } = await aLog({ ...ended, last_log_chunk: 1 }, numbered(0, 1));
    const page = await read(null, LONG_MS);
    expect(page.complete).toBe(true);
    expect(await read(page.next_cursor, LONG_MS)).toEqual({ ...page, lines: [] });
    expect(Date.now()).toBe(T0);
  });

  it('is waited for where it is named and did not come yet', async () => {
    const { read, store } = await aLog({ ...ended, last_log_chunk: 1 }, numbered(0));
    const first = await read();
    expect([textOf(first), first.complete]).toEqual([['line 0'], false]);
    await store.logs.create(aChunk(id, 1), T0);
    expect(await read(first.next_cursor)).toMatchObject({ complete: true, lines: [{ text: 'line 1' }] });
  });

  it('that was lost is said so, once, and the log is complete', async () => {
    const { read } = await aLog({ ...ended, last_log_chunk: 5 }, numbered(0, 1));
    vi.setSystemTime(SETTLED);
    const page = await read();
    expect(textOf(page)).toEqual(['line 0', 'line 1', END_LOST]);
    expect(page.lines.at(-1)).toMatchObject({ seq: 2, at: T0, stage: 'bitflow' });
    expect(page.complete).toBe(true);
    expect(await read(page.next_cursor)).toMatchObject({ lines: [], complete: true });
  });

  it('that was lost is said so of a log of which nothing came', async () => {
    const { read } = await aLog({ ...ended, last_log_chunk: 0 });
    vi.setSystemTime(SETTLED);
    expect(textOf(await read())).toEqual([END_LOST]);
  });

  it('that nobody named comes 3 s after the build’s end: a long poll waits that long', async () => {
    const { read } = await aLog({ ...ended, status: 'failed' }, numbered(0));
    const first = await read(null, LONG_MS);
    expect([textOf(first), first.complete]).toEqual([['line 0'], false]);
    const { page, state } = polling(read(first.next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(2_999);
    expect(state.over).toBe(false);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(await page).toMatchObject({ lines: [], complete: true });
    expect(state.at - T0).toBeLessThanOrEqual(6_000);
  });

  it('that nobody named does not take a poll longer than those 3 s', async () => {
    const { read } = await aLog({ ...ended, status: 'failed' });
    const { page, state } = polling(read(null, LONG_MS));
    await vi.advanceTimersByTimeAsync(3_100);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(await page).toMatchObject({ complete: true });
    expect(state.at - T0).toBeLessThanOrEqual(3_100);
  });
});

describe('a build of several attempts', () => {
  const attempts = [
    ...numbered(0, 1),
    aChunk(id, 0, 'second 0', 2),
    aChunk(id, 0, 'third 0', 3),
    aChunk(id, 1, 'third 1', 3),
  ];

  it('is read one attempt after another', async () => {
    const { read } = await aLog({ ...ended, attempt: 3, last_log_chunk: 1 }, attempts);
    const { lines, page } = await readAll(read);
    expect(lines).toEqual(['line 0', 'line 1', 'second 0', 'third 0', 'third 1']);
    expect(page.complete).toBe(true);
  });

  it('has no hole that an attempt before could still fill', async () => {
    const { read } = await aLog({ ...running, attempt: 2 }, [...numbered(0, 3), aChunk(id, 1, 'not yet', 2)]);
    const { lines, page } = await readAll(read);
    expect(lines).toEqual(['line 0', lost(2), 'line 3']);
    expect(page.complete).toBe(false);
  });

  it('is not complete in an attempt before, whatever the last one says of its own log', async () => {
    const { read } = await aLog({ ...ended, attempt: 2, last_log_chunk: 0 }, numbered(0, 1));
    vi.setSystemTime(SETTLED);
    const { lines, page } = await readAll(read);
    expect(lines).toEqual(['line 0', 'line 1', END_LOST]);
    expect(page.complete).toBe(true);
  });

  it('waits, while the next attempt is queued, for it', async () => {
    const { read, store } = await aLog({ ...running, status: 'queued' }, numbered(0));
    const first = await read();
    expect(textOf(first)).toEqual(['line 0']);
    const { page, state } = polling(read(first.next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(state.over).toBe(false);
    await store.builds.apply(id, { type: 'claimed', at: T0 + 10_000 });
    await store.logs.create(aChunk(id, 0, 'second 0', 2), T0);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    const { lines } = await readAll(read, (await page).next_cursor);
    expect([...textOf(await page), ...lines]).toEqual(['second 0']);
  });

  it('steps to the next attempt at once in a long poll', async () => {
    const { read } = await aLog({ ...running, attempt: 2 }, [...numbered(0), aChunk(id, 0, 'second 0', 2)]);
    const first = await read();
    const { page, state } = polling(read(first.next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(textOf(await page)).toEqual(['second 0']);
    expect(state.at).toBe(T0);
  });

  it('steps over attempts of which nothing came, at once', async () => {
    const { read } = await aLog({ ...running, attempt: 4 }, [...numbered(0), aChunk(id, 0, 'fourth 0', 4)]);
    const { page, state } = polling(read((await read()).next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(textOf(await page)).toEqual(['fourth 0']);
    expect(state.at).toBe(T0);
  });

  it('waits in the last attempt where that has nothing yet, and answers with its first line', async () => {
    const { read, store } = await aLog({ ...running, attempt: 2 }, numbered(0));
    const { page, state } = polling(read((await read()).next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(state.over).toBe(false);
    await store.logs.create(aChunk(id, 0, 'second 0', 2), T0);
    await vi.advanceTimersByTimeAsync(0);
    expect(state).toEqual({ over: true, at: T0 + 7_000 });
    expect(textOf(await page)).toEqual(['second 0']);
  });
});

describe('a build without an attempt', () => {
  it('has a log that is complete and empty where it was cancelled in the queue', async () => {
    const { read } = await aLog({ status: 'cancelled', finished_at: T0 });
    const page = await read(null, LONG_MS);
    expect(page).toMatchObject({ lines: [], complete: true });
    expect(await read(page.next_cursor, LONG_MS)).toEqual(page);
    expect(Date.now()).toBe(T0);
  });

  it('is waited for in the queue, and its first line ends the wait', async () => {
    const { read, store } = await aLog({ order: 1 });
    const before = await read();
    expect(before).toMatchObject({ lines: [], complete: false });
    for (const cursor of [null, before.next_cursor]) {
      const { page, state } = polling(read(cursor, LONG_MS));
      await vi.advanceTimersByTimeAsync(1_000);
      if (cursor === null) {
        expect(state.over).toBe(false);
        await store.builds.apply(id, { type: 'claimed', at: T0 + 1_000 });
        await vi.advanceTimersByTimeAsync(0);
        expect(state.over).toBe(false);
        await store.logs.create(aChunk(id, 0), T0);
        await vi.advanceTimersByTimeAsync(0);
      }
      expect(state.over).toBe(true);
      expect(textOf(await page)).toEqual(['line 0']);
    }
  });

  it('ends the wait when it is cancelled', async () => {
    const { read, store } = await aLog({});
    const { page, state } = polling(read(null, LONG_MS));
    await vi.advanceTimersByTimeAsync(1_000);
    await store.builds.apply(id, { type: 'cancel_requested', at: T0 + 1_000 });
    await vi.advanceTimersByTimeAsync(0);
    expect(state.over).toBe(true);
    expect(await page).toMatchObject({ lines: [], complete: true });
  });
});

describe('a long poll', () => {
  it('answers as soon as the next chunk is there', async () => {
    const { read, store } = await aLog(running, numbered(0));
    const { page, state } = polling(read((await read()).next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(state.over).toBe(false);
    await store.logs.create(aChunk(id, 1), T0);
    await vi.advanceTimersByTimeAsync(0);
    expect(state).toEqual({ over: true, at: T0 + 7_000 });
    expect(textOf(await page)).toEqual(['line 1']);
  });

  it('answers as soon as the build ends and nothing is missing', async () => {
    const { read, store } = await aLog({ ...running, status: 'promoting', last_log_chunk: 0 }, numbered(0));
    const first = await read();
    const { page, state } = polling(read(first.next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(7_000);
    expect(state.over).toBe(false);
    await store.builds.apply(id, { type: 'promoted', at: T0 + 7_000 });
    await vi.advanceTimersByTimeAsync(0);
    expect(state).toEqual({ over: true, at: T0 + 7_000 });
    expect(await page).toEqual({ lines: [], next_cursor: first.next_cursor, complete: true });
  });

  it('answers at its time where nothing comes, with the cursor it was given', async () => {
    const { read } = await aLog(running, numbered(0));
    const { next_cursor } = await read();
    const { page, state } = polling(read(next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(LONG_MS - 1);
    expect(state.over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.over).toBe(true);
    expect(await page).toEqual({ lines: [], next_cursor, complete: false });
  });

  it('reads the store a few times only while there is a hole, whatever else comes', async () => {
    const { read, reads, store } = await aLog(running, numbered(0, 2));
    const { next_cursor } = await read();
    Object.assign(reads, { chunks: 0, builds: 0 });
    const { page, state } = polling(read(next_cursor, LONG_MS));
    for (let chunk = 3; chunk < 23; chunk++) {
      await vi.advanceTimersByTimeAsync(1_000);
      await store.logs.create(aChunk(id, chunk), T0);
    }
    expect(state.over).toBe(false);
    expect(reads.chunks).toBe(1);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(await page).toEqual({ lines: [], next_cursor, complete: false });
    expect(reads).toEqual({ chunks: 2, builds: 1 });
  });

  it('reads the store a few times only while an ended build’s hole may still be filled', async () => {
    const { read, reads } = await aLog({ ...ended, last_log_chunk: 3 }, numbered(0, 2));
    const { next_cursor } = await read();
    Object.assign(reads, { chunks: 0, builds: 0 });
    const { page } = polling(read(next_cursor, LONG_MS));
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(textOf(await page)).toEqual([lost(1), 'line 2', END_LOST]);
    expect(reads.chunks).toBeLessThanOrEqual(3);
    expect(reads.builds).toBeLessThanOrEqual(2);
  });
});

describe('a cursor', () => {
  it.each([
    '',
    'x',
    '1',
    '1.2',
    '1.2.3.4',
    '1.2.',
    '-1.0.0',
    '1.0.-1',
    ' 1.0.0',
    '1.0.0\n',
    '1.0.1e3',
    '1.0.0x',
    '99999.0.0',
    '1.9999999.0',
    '１.0.0',
    // of an attempt that is still to come
    '2.0.0',
    '9999.0.0',
  ])('that is not one of this log is the caller’s mistake: %j', async (cursor) => {
    const { read } = await aLog(running, numbered(0));
    await expect(read(cursor, LONG_MS)).rejects.toMatchObject({
      name: 'UserError',
      code: 'refused',
      problems: [{ path: 'cursor', message: expect.stringContaining('next_cursor') }],
    });
  });

  it('of the first attempt is not one of a build that had none yet', async () => {
    const { read } = await aLog({ order: 1 });
    await expect(read('1.0.0', LONG_MS)).rejects.toMatchObject({ code: 'refused' });
    expect(await read('0.0.0')).toMatchObject({ lines: [], complete: false });
  });

  it('is taken again as it was given', async () => {
    const { read } = await aLog(running, numbered(0, 1, 2));
    const { next_cursor } = await read();
    expect(await read(next_cursor)).toEqual({ lines: [], next_cursor, complete: false });
    const start = (await (await aLog(running)).read()).next_cursor;
    expect(textOf(await read(start))).toEqual(['line 0', 'line 1', 'line 2']);
  });
});
