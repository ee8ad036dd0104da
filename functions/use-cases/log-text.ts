import type { Build } from '#core/build.ts';
import { type LogPage, type ReadLogDeps, readLog } from './read-log.ts';

/** How long the text of a log is now (bytes), and whether it will never be longer. */
export interface LogExtent {
  readonly bytes: number;
  readonly complete: boolean;
}

/** Measures the text of a log: each line and a line feed. It only ever grows. */
export async function measureLog(deps: ReadLogDeps, build: Build): Promise<LogExtent> {
  let bytes = 0;
  let complete = false;
  for await (const page of pages(deps, build)) {
    bytes += textOf(page).length;
    complete = page.complete;
  }
  return { bytes, complete };
}

/** The bytes of the text from `start` on, before `end`, in pieces of what a few chunks hold. */
export async function* logText(
  deps: ReadLogDeps,
  build: Build,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const page of pages(deps, build)) {
    const text = textOf(page);
    const wanted = text.subarray(Math.max(0, start - at), Math.max(0, end - at));
    at += text.length;
    if (wanted.length > 0) yield wanted;
    if (at >= end) return;
  }
}

/** All pages that there are now. One that got nowhere is the last; an attempt that is over has pages without lines. */
async function* pages(deps: ReadLogDeps, build: Build): AsyncGenerator<LogPage> {
  for (let cursor: string | null = null; ; ) {
    const page: LogPage = await readLog(deps, build, cursor, 0);
    yield page;
    if (page.complete || page.next_cursor === cursor) return;
    cursor = page.next_cursor;
  }
}

function textOf({ lines }: LogPage): Buffer {
  return Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
}
