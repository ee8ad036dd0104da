import { CallbackMessage, signCallback } from '#core/callback.ts';
import { assertNever, UserError } from '#core/errors.ts';
import type { BuilderReport, EventOf } from '#core/events.ts';
import { BUILD_ID, callbackToken, safeEqual } from '#core/ids.ts';
import type { Secret } from '#core/secret.ts';
import { applyVetted, type RecordDeps } from './record-event.ts';
import { runEffects } from './run-effects.ts';

export interface CallbackDeps extends RecordDeps {
  readonly exchangeKey: Secret;
  /** Told why a callback was refused: the sender is not. */
  readonly onRefused: (buildId: string, why: string) => void;
  /** Told of an effect that could not be done now. */
  readonly onLeftOver: (error: unknown) => void;
}

/** A callback as it came: the exact bytes of its body, and the signature from its header. */
export interface SignedCallback {
  readonly buildId: string;
  readonly signature: string;
  readonly body: Uint8Array;
}

/** The one answer to every callback that is not accepted. It says nothing of the build, not even that it is there. */
const REFUSED = 'The callback is not accepted.';
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;

/**
 * Takes a callback of a builder that cannot publish. Once this returns it was accepted, and a repeat is refused:
 * what the build then owes and could not be done now is left to `sweep`.
 *
 * @throws UserError('unauthenticated') for whatever is not its builder's, or not its turn: always the same.
 *   UserError('invalid_request') for a signed body of a wrong shape. TransientError where nothing was decided.
 */
export async function callBack(deps: CallbackDeps, callback: SignedCallback): Promise<void> {
  const { buildId, body } = callback;
  const refused = (why: string): UserError => {
    deps.onRefused(buildId.slice(0, 64), why);
    return new UserError('unauthenticated', REFUSED);
  };
  if (!BUILD_ID.test(buildId)) throw refused('that is not the id of a build');
  if (!SIGNATURE.test(callback.signature)) throw refused('the signature is missing or has another form');
  const build = await deps.store.builds.get(buildId);
  // Also for a build that is not there, so that it takes the same time.
  const attempt = build?.attempt ?? 0;
  const expected = signCallback(callbackToken(deps.exchangeKey, buildId, attempt), body);
  const signed = safeEqual(callback.signature, expected);
  if (build === null) throw refused('there is no such build');
  if (!signed) throw refused(`it is not signed with the token of attempt ${attempt}`);

  const message = parse(body);
  if (message.build_id !== buildId) throw refused('its body is about another build');
  const { outcome, build: current } = await applyVetted(deps, buildId, eventOf(message, attempt, deps.now()));
  if (outcome.kind !== 'applied') throw refused(outcome.why);
  await runEffects(deps, current).catch(deps.onLeftOver);
}

function parse(body: Uint8Array): CallbackMessage {
  const parsed = CallbackMessage.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new UserError('invalid_request', 'some fields are not valid', { cause: parsed.error, problems });
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch (cause) {
    const problems = [{ path: '', message: 'is not JSON' }];
    throw new UserError('invalid_request', 'the body is not JSON', { cause, problems });
  }
}

function eventOf(message: CallbackMessage, attempt: number, at: number): EventOf<'called_back'> {
  const builder_type = message.status === 'FAILED' ? message.builder_type : null;
  return { type: 'called_back', at, attempt, builder_type, report: reportOf(message) };
}

/** The report that a callback stands for. Its builder publishes no log, so there is no last chunk to name. */
function reportOf(message: CallbackMessage): BuilderReport {
  switch (message.status) {
    case 'RUNNING':
      return { type: 'progress', stages: [], builder_type: null };
    case 'SUCCEEDED': {
      const { stages, result } = message;
      return { type: 'built', stages, result, last_log_chunk: null };
    }
    case 'FAILED': {
      const { stages, code, reason, fault } = message;
      return { type: 'failed', stages, code, message: reason, fault, last_log_chunk: null };
    }
    default:
      return assertNever(message);
  }
}
