import type { Build, CallbackStatus } from './build.ts';
import type { BuilderReport, EventOf } from './events.ts';

const CALLBACK_OF = {
  progress: 'RUNNING',
  built: 'SUCCEEDED',
  failed: 'FAILED',
} as const satisfies Record<BuilderReport['type'], CallbackStatus>;

/** The status by which a callback says what this report says. */
export function callbackOf(report: BuilderReport): CallbackStatus {
  return CALLBACK_OF[report.type];
}

/**
 * Why a callback is refused; null where it is its turn: of the bound builder of this attempt, before the
 * deadline, `RUNNING` first, each status once. `FAILED` may still come where Cloud Build was faster to say that
 * the builder ended: the builder's cause says more.
 */
export function refusalOf(build: Build, event: EventOf<'called_back'>): string | null {
  if (event.attempt !== build.attempt) return 'another attempt took over';
  const status = callbackOf(event.report);
  if (build.callbacks.includes(status)) return `${status} was said already`;
  const vague = status === 'FAILED' && build.status === 'failed' && build.error?.source === 'cloud_build';
  if (build.status !== 'running' && !vague) return `the build is ${build.status}`;
  if (!build.bound || build.started_at === null) return 'no builder redeemed the token of this attempt';
  if (event.at > build.started_at + build.timeout_s * 1000) return 'the deadline of this attempt is over';
  const turn = status === 'RUNNING' ? 0 : 1;
  return build.callbacks.length === turn ? null : `${status} is out of order`;
}
