import { describe, expect, it } from 'vitest';
import { Build, BuildStatus } from '#core/build.ts';
import { transition } from '#core/transition.ts';
import { BUILD_IN, EVENTS, eventNamed, NOW } from './transition-examples.ts';

/**
 * Every state × event: the state after it; `=` where it applies and the state stays, `-` where it is ignored,
 * `!` where it is illegal. Columns: the states in the order of `BuildStatus`.
 */
const TABLE = `
                 | waiting_approval queued     submitting submitted  running    promoting  cancelling succeeded  failed     cancelled  timed_out  expired
approved         | queued           -          -          -          -          -          -          -          -          -          -          -
stamped          | -                -          -          -          -          -          -          -          -          -          -          -
claimed          | -                submitting -          -          -          -          -          -          -          -          -          -
created          | =                =          submitted  -          -          -          -          -          -          -          -          -
created_double   | =                =          submitted  =          =          =          =          =          =          =          =          =
refused          | -                -          failed     -          -          -          -          -          -          -          -          -
refused_old      | -                -          -          -          -          -          -          -          -          -          -          -
lost             | -                -          -          queued     queued     -          cancelled  -          -          -          -          -
lost_old         | -                -          -          -          -          -          -          -          -          -          -          -
exchanged        | !                !          running    running    -          !          !          !          !          !          !          !
exchanged_double | !                !          running    running    !          !          !          !          !          !          !          !
exchanged_old    | !                !          !          !          !          !          !          !          !          !          !          !
not_granted      | -                -          -          -          failed     -          -          -          -          -          -          -
not_granted_old  | -                -          -          -          -          -          -          -          -          -          -          -
progress         | -                -          -          -          =          -          -          -          -          -          -          -
built            | -                -          -          -          promoting  -          -          -          -          -          -          -
built_by_double  | -                -          -          -          -          -          -          -          -          -          -          -
built_old        | -                -          -          -          -          -          -          -          -          -          -          -
failed           | -                -          -          -          failed     -          -          -          -          -          -          -
called_running   | !                !          !          !          !          !          !          !          !          !          !          !
called_succeeded | !                !          !          !          promoting  !          !          !          !          !          !          !
called_old       | !                !          !          !          !          !          !          !          !          !          !          !
called_failed    | !                !          !          !          failed     !          !          !          !          !          !          !
cb_queued        | -                -          submitted  -          -          -          -          -          -          -          -          -
cb_working       | -                -          submitted  -          -          -          -          -          -          -          -          -
cb_succeeded     | -                -          failed     failed     promoting  -          cancelled  -          -          -          -          -
cb_silent        | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
cb_failed        | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
cb_ended         | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
cb_failed_1      | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
cb_failed_70     | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
cb_failed_75     | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
cb_internal      | -                -          queued     queued     queued     -          cancelled  -          -          -          -          -
cb_timed_out     | -                -          timed_out  timed_out  timed_out  -          cancelled  -          -          -          -          -
cb_cancelled     | -                -          cancelled  cancelled  cancelled  -          cancelled  -          -          -          -          -
cb_expired       | -                -          expired    expired    expired    -          cancelled  -          -          -          -          -
cb_double        | -                -          failed     -          -          -          -          -          -          -          -          -
cb_old           | -                -          -          -          -          -          -          -          -          -          -          -
told_queued      | -                -          submitted  -          -          -          -          -          -          -          -          -
told_working     | -                -          submitted  -          -          -          -          -          -          -          -          -
told_succeeded   | -                -          failed     failed     promoting  -          cancelled  -          -          -          -          -
told_silent      | -                -          failed     failed     -          -          cancelled  -          -          -          -          -
told_failed      | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
told_ended       | -                -          failed     failed     failed     -          cancelled  -          -          -          -          -
told_failed_1    | -                -          failed     failed     -          -          cancelled  -          -          -          -          -
told_failed_70   | -                -          failed     failed     -          -          cancelled  -          -          -          -          -
told_failed_75   | -                -          failed     failed     -          -          cancelled  -          -          -          -          -
told_internal    | -                -          queued     queued     queued     -          cancelled  -          -          -          -          -
told_timed_out   | -                -          timed_out  timed_out  timed_out  -          cancelled  -          -          -          -          -
told_cancelled   | -                -          cancelled  cancelled  cancelled  -          cancelled  -          -          -          -          -
told_expired     | -                -          expired    expired    expired    -          cancelled  -          -          -          -          -
told_double      | -                -          failed     -          -          -          -          -          -          -          -          -
told_old         | -                -          -          -          -          -          -          -          -          -          -          -
disproved        | -                -          -          -          failed     -          -          -          -          -          -          -
disproved_old    | -                -          -          -          -          -          -          -          -          -          -          -
promoted         | -                -          -          -          -          succeeded  -          -          -          -          -          -
not_promoted     | -                -          -          -          -          failed     -          -          -          -          -          -
cancel           | cancelled        cancelled  cancelling cancelling cancelling !          -          !          !          -          !          !
superseded       | cancelled        cancelled  cancelling cancelling cancelling !          -          !          !          -          !          !
disconnected     | cancelled        cancelled  cancelling cancelling cancelling !          -          !          !          -          !          !
queue_expired    | expired          expired    -          -          -          -          -          -          -          -          -          -
`;

const [head = '', ...rows] = TABLE.trim().split('\n');
const columns = cells(head);

function cells(row: string): string[] {
  return (row.split('|')[1] ?? '').trim().split(/\s+/);
}

/** What `transition` does, in the table's words. */
function actual(status: BuildStatus, eventName: string): string {
  const outcome = transition(BUILD_IN[status], eventNamed(eventName));
  if (outcome.kind !== 'applied') return outcome.kind === 'ignored' ? '-' : '!';
  return outcome.build.status === status ? '=' : outcome.build.status;
}

describe('transition, every state and event', () => {
  it('has a column for each state, a row for each event, and every kind of event', () => {
    expect(columns).toEqual(BuildStatus.options);
    expect(rows.map((row) => row.split('|')[0]?.trim())).toEqual(Object.keys(EVENTS));
    const kinds = new Set(Object.values(EVENTS).map(({ type }) => type));
    // The kinds of `BuildEvent`: a new one belongs into the table.
    expect(kinds.size).toBe(18);
  });

  it.each(rows.map((row) => [row.split('|')[0]?.trim() ?? '', cells(row)] as const))(
    '%s',
    (name, expected) => {
      expect(BuildStatus.options.map((status) => `${status}: ${actual(status, name)}`)).toEqual(
        BuildStatus.options.map((status, column) => `${status}: ${expected[column]}`),
      );
    },
  );

  it('gives a whole, valid document at the event’s time, and leaves the one it got alone', () => {
    for (const [name, event] of Object.entries(EVENTS)) {
      for (const [status, build] of Object.entries(BUILD_IN)) {
        const before = structuredClone(build);
        const outcome = transition(build, event);
        expect(build, `${status} × ${name}`).toEqual(before);
        if (outcome.kind !== 'applied') {
          expect(outcome.why, `${status} × ${name}`).not.toBe('');
          continue;
        }
        expect(Build.parse(outcome.build), `${status} × ${name}`).toEqual(outcome.build);
        expect(outcome.build.updated_at).toBe(NOW);
      }
    }
  });
});
