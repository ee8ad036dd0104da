import { type Build, isTerminal } from '#core/build.ts';
import { UserError } from '#core/errors.ts';
import type { LogLine } from '#core/events.ts';
import { LOG_CURSOR } from '#core/page.ts';
import type { Clock, Store } from '#core/ports.ts';

export interface ReadLogDeps {
  readonly store: Pick<Store, 'builds' | 'logs'>;
  readonly now: Clock;
}

/** Lines from a cursor on; `complete` where there will never be more. */
export interface LogPage {
  readonly lines: readonly LogLine[];
  readonly next_cursor: string;
  readonly complete: boolean;
}

/** Where a reader stands: the attempt, the next chunk of it, and the `seq` that its first line should have. */
interface Position {
  readonly attempt: number;
  readonly chunk: number;
  readonly seq: number;
}

const CHUNKS_A_PAGE = 32;

/** How long after a build's end a chunk may still arrive before it counts as lost. */
const LATE_MS = 3000;

/**
 * Reads a build's log from a cursor. A cursor never passes a hole while the build may still fill it; once it
 * cannot, one line says how many lines are missing. Waits up to `waitMs` for something to tell.
 * @param limit how many lines a page may have; without it, what a few chunks hold.
 */
export async function readLog(
  deps: ReadLogDeps,
  build: Build,
  cursor: string | null,
  waitMs: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<LogPage> {
  const until = deps.now() + waitMs;
  let start =
    cursor === null ? { attempt: Math.min(1, build.attempt), chunk: 0, seq: 0 } : parseCursor(cursor, build);
  let current = build;
  for (;;) {
    const piece = await readOnce(deps, current, start);
    const left = until - deps.now();
    if (piece.lines.length > 0 || piece.complete || left <= 0) return pageOf(piece, limit);
    const moved = piece.end.attempt !== start.attempt;
    start = piece.end;
    if (moved) continue; // the attempt before has nothing more; the next one may have
    const settling = isTerminal(current.status) ? Math.min(left, LATE_MS) : left;
    await deps.store.logs.wait(
      build.id,
      Math.max(1, start.attempt),
      start.chunk,
      current.updated_at,
      settling,
    );
    current = (await deps.store.builds.get(build.id)) ?? current;
  }
}

/** Some of a log: its lines, each with where a reader stands after it, and where the piece ends. */
interface Piece {
  readonly lines: readonly { readonly line: LogLine; readonly after: Position }[];
  readonly end: Position;
  readonly complete: boolean;
}

function pageOf(piece: Piece, limit: number): LogPage {
  const shown = piece.lines.slice(0, limit);
  const isCut = shown.length < piece.lines.length;
  return {
    lines: shown.map(({ line }) => line),
    next_cursor: textOf((isCut && shown.at(-1)?.after) || piece.end),
    complete: piece.complete && !isCut,
  };
}

async function readOnce(deps: ReadLogDeps, build: Build, start: Position): Promise<Piece> {
  let position = start.attempt === 0 && build.attempt > 0 ? { attempt: 1, chunk: 0, seq: 0 } : start;
  const lines: { line: LogLine; after: Position }[] = [];
  const say = (line: LogLine, after: Position) => {
    lines.push({ line, after });
    position = after;
  };
  const closed = position.attempt < build.attempt || (isTerminal(build.status) && isSettled(deps, build));
  const chunks =
    position.attempt === 0
      ? []
      : await deps.store.logs.read(build.id, position.attempt, position.chunk, CHUNKS_A_PAGE);
  for (const { chunk, lines: held } of chunks) {
    const [first] = held;
    if (chunk !== position.chunk && !closed) break;
    if (chunk !== position.chunk && first)
      say(missing(position.seq, first), { ...position, chunk, seq: first.seq });
    for (const line of held)
      if (line.seq >= position.seq) say(line, { ...position, chunk, seq: line.seq + 1 });
    position = { ...position, chunk: chunk + 1 };
  }
  if (chunks.length === 0 && position.attempt > 0 && position.attempt < build.attempt) {
    return { lines, end: { attempt: position.attempt + 1, chunk: 0, seq: 0 }, complete: false };
  }
  const last = position.attempt === build.attempt ? build.last_log_chunk : null;
  const all = last === null ? closed && chunks.length < CHUNKS_A_PAGE : position.chunk > last;
  const cut = last !== null && !all && closed && chunks.length < CHUNKS_A_PAGE;
  if (cut) {
    const lost = note(position.seq, build.finished_at ?? 0, 'the end of this log was lost on its way');
    say(lost, { ...position, chunk: last + 1 });
  }
  const complete = isTerminal(build.status) && position.attempt === build.attempt && (all || cut);
  return { lines, end: position, complete };
}

/** Whether nothing of an ended build can still be on its way. */
function isSettled(deps: ReadLogDeps, build: Build): boolean {
  if (build.attempt === 0) return true;
  return build.finished_at !== null && deps.now() - build.finished_at >= LATE_MS;
}

function missing(expected: number, next: LogLine): LogLine {
  return note(expected, next.at, `${next.seq - expected} lines of this log were lost on their way`);
}

function note(seq: number, at: number, text: string): LogLine {
  return { seq, at, stage: 'bitflow', text: `[bitflow] ${text}` };
}

function textOf(position: Position): string {
  return `${position.attempt}.${position.chunk}.${position.seq}`;
}

function parseCursor(cursor: string, build: Build): Position {
  const match = LOG_CURSOR.exec(cursor);
  if (!match || Number(match[1]) > build.attempt) {
    const problems = [{ path: 'cursor', message: 'must be a next_cursor of this log' }];
    throw new UserError('refused', 'the cursor is not one of this log', { problems });
  }
  return { attempt: Number(match[1]), chunk: Number(match[2]), seq: Number(match[3]) };
}
