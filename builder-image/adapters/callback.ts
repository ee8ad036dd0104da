import { setTimeout as sleep } from 'node:timers/promises';
import { CALLBACK_SIGNATURE_HEADER, CallbackMessage, signCallback } from '#core/callback.ts';
import type { BuilderReport } from '#core/events.ts';
import type { Bus } from './events.ts';

/** Where the callbacks of one build go, what signs them, and where the rest is said. */
export interface CallbackTarget {
  readonly buildId: string;
  readonly url: string;
  readonly token: string;
  /** Takes each line of the log: a callback carries none. */
  readonly print: (line: string) => void;
  /** Takes what the person who runs the builder should know of the callbacks. */
  readonly warn: (line: string) => void;
}

/** The service promotes the image before it answers `SUCCEEDED`: a try must outlast that. */
const TRY_MS = 60_000;
/** Two tries that hang, and some time between. */
const PATIENCE_MS = 150_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
/** Nothing was sent where the connection was never made. */
const NOT_SENT: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/**
 * The build's news over HTTP, as `core/callback.ts` has it: `RUNNING` with the first progress, then one of
 * `SUCCEEDED` and `FAILED`, never before it is known what became of `RUNNING`. `report` rejects where the
 * receiver refuses; where it cannot be reached, it tries for as long as its caller waits.
 */
export function callbackBus(target: CallbackTarget): Bus {
  const head = { version: 1, build_id: target.buildId } as const;
  let builder: Extract<BuilderReport, { type: 'progress' }>['builder_type'] = null;
  let running: Promise<void> | null = null;
  let ended = false;
  const sayRunning = () => {
    running ??= deliver(target, { ...head, status: 'RUNNING', at: Date.now() }).catch((error: unknown) =>
      target.warn(String(error)),
    );
    return running;
  };
  const sayEnd = async (message: CallbackMessage) => {
    // An end whose answer got lost stands: a second, other one would contradict it.
    if (ended) throw new Error(`the end of the build was told already: no ${message.status}`);
    ended = true;
    await sayRunning();
    await deliver(target, message);
  };
  return {
    patienceMs: PATIENCE_MS,
    async report(report) {
      const at = Date.now();
      switch (report.type) {
        case 'progress':
          builder = report.builder_type;
          return sayRunning();
        case 'built': {
          const { result, stages } = report;
          return sayEnd({ ...head, status: 'SUCCEEDED', at, digest: result.index_digest, result, stages });
        }
        case 'failed': {
          const { message: reason, code, fault, stages } = report;
          return sayEnd({
            ...head,
            status: 'FAILED',
            at,
            reason,
            code,
            fault,
            builder_type: builder,
            stages,
          });
        }
      }
    },
    async log({ lines }) {
      for (const line of lines) target.print(line.text);
    },
  };
}

type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'again'; readonly why: string; readonly perhapsTaken: boolean };

/** Sends the same bytes until they are taken or refused. */
async function deliver(target: CallbackTarget, message: CallbackMessage): Promise<void> {
  const body = JSON.stringify(CallbackMessage.parse(message));
  const what = `${message.status} to ${new URL(target.url).host}`;
  let perhapsTaken = false;
  for (let tries = 0; ; tries++) {
    const outcome = await tryOnce(target, body);
    if (outcome.kind === 'taken') return;
    if (outcome.kind === 'refused') {
      // Each status is taken once: what is refused after an answer got lost was taken then.
      if (perhapsTaken) return;
      throw new Error(`the callback ${what} was refused: ${outcome.why}`);
    }
    perhapsTaken ||= outcome.perhapsTaken;
    if (tries === 0) target.warn(`the callback ${what} is tried again: ${outcome.why}`);
    const wait = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
    await sleep(wait * (0.75 + Math.random() / 2));
  }
}

async function tryOnce({ url, token }: CallbackTarget, body: string): Promise<Outcome> {
  const headers = {
    'content-type': 'application/json',
    [CALLBACK_SIGNATURE_HEADER]: signCallback(token, body),
  };
  try {
    const signal = AbortSignal.timeout(TRY_MS);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.body?.cancel();
    const why = `HTTP ${answer.status}`;
    if (answer.ok) return { kind: 'taken' };
    if (answer.status === 429 || answer.status >= 500)
      return { kind: 'again', why, perhapsTaken: answer.status !== 429 };
    if (answer.status < 400) return { kind: 'refused', why: `${why}, and redirects are not followed` };
    return { kind: 'refused', why };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    return { kind: 'again', why: String(cause), perhapsTaken: !NOT_SENT.has(code) };
  }
}
