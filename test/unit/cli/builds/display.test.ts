import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { frame, statusLine } from '#cli/builds/frame.ts';
import { observerOf } from '#cli/builds/observer.ts';
import { changes, outcome, placeChange } from '#cli/builds/plain.ts';
import type { ApiBuild } from '#cli/builds/status.ts';
import { goesOn, nextStep, summary } from '#cli/builds/summary.ts';
import { firstView, type Heard, type LogLine, type View, viewAfter } from '#cli/builds/view.ts';
import { Screen } from '#cli/kit/screen.ts';
import { width } from '#cli/kit/text.ts';
import type { Build } from '#core/build.ts';
import { buildView } from '#handlers/api/builds/view.ts';
import { aBuild, aResult, T0 } from '#test/support/memory/examples.ts';
import { over, running } from './world.ts';

const view = (build: Build): ApiBuild => buildView(build, 'registry/{team}-release');
const { paint } = new Screen(
  { stdout: process.stdout, stderr: process.stderr, env: {} },
  { json: false, quiet: false, color: false },
);
const look = (columns = 80) => ({ columns, tick: 0, now: T0 + 10_000, paint });
const line = (text: string, stage = 'build'): LogLine => ({
  seq: 0,
  at: new Date(T0).toISOString(),
  stage,
  text,
});
const heard = (start: ApiBuild, ...all: readonly Heard[]): View => all.reduce(viewAfter, firstView(start));
const place = (position: number | null, wait: number | null) => ({
  id: 'b-1',
  position,
  expected_wait_s: wait,
});

describe('the live display', () => {
  test('shows the stages, and below the one that runs the last line of its log', () => {
    const shown = heard(view(running('x')), { kind: 'lines', lines: [line('RUN npm ci'), line('  ')] });
    expect(frame(shown, look())).toEqual([
      `acme/shop main aaaaaaa  ${shown.build.id}`,
      '✓ queue   2.0s',
      '✓ start   1.0s',
      '✓ clone   1.5s',
      '⠋ build   5.5s',
      '  RUN npm ci',
    ]);
    expect(statusLine(shown, look())).toBe('⠋ build 5.5s');
  });

  test('shows no line of an earlier stage', () => {
    const shown = heard(view(running('x')), { kind: 'lines', lines: [line('cloned', 'clone')] });
    expect(frame(shown, look()).join('\n')).not.toContain('cloned');
  });

  test('shows where a build stands in the queue, while it does', () => {
    const queued = heard(view(aBuild('x')), { kind: 'place', place: place(3, 40) });
    expect(frame(queued, look())[1]).toBe('⠋ queue   10s, number 3 in the queue, starts in about 40s');
    expect(frame({ ...queued, place: place(3, null) }, look())[1]).toMatch(/number 3 in the queue$/);
    const started = viewAfter(queued, { kind: 'build', build: view(running('x')), raw: null });
    expect(started.place).toBeNull();
  });

  test('says that it reconnects, and that a build is being cancelled', () => {
    const shown = heard(
      view(running('x', { status: 'cancelling' })),
      { kind: 'trouble', why: 'the service cannot be reached' },
      { kind: 'lines', lines: [] },
    );
    expect(frame(shown, look()).slice(-2)).toEqual([
      '⠋ being cancelled',
      'reconnecting… (the service cannot be reached)',
    ]);
    expect(statusLine(shown, look())).toBe('⠋ reconnecting…');
    expect(viewAfter(shown, { kind: 'trouble', why: null }).trouble).toBeNull();
  });

  test('marks the stage in which a build ended badly', () => {
    const shown = firstView(view(over('x', { status: 'timed_out' })));
    expect(frame(shown, look()).slice(-2)).toEqual(['✓ clone   1.5s', '✗ build   1m 01s']);
  });

  test.each([20, 21, 40])('fits a terminal of %i columns, whatever the branch is called', (columns) => {
    for (const ref of ['refs/heads/機能/とても長いブランチの名前', 'refs/heads/ענף-ארוך-מאוד-של-מישהו']) {
      const lines = [line(`${'機能'.repeat(60)}\u001b[2J\r\u202eevil`)];
      const shown = heard(view(running('x', { ref })), { kind: 'lines', lines });
      for (const one of [...frame(shown, look(columns)), statusLine(shown, look(columns))]) {
        expect(width(one)).toBeLessThanOrEqual(columns);
        for (const harm of ['\u001b', '\r', '\u202e']) expect(one).not.toContain(harm);
      }
    }
  });
});

describe('lines for a pipe', () => {
  test('tell each change once, in its order, with its time', () => {
    const [queued, started] = [view(aBuild('x')), view(running('x'))];
    const ended = view(over('x', { status: 'succeeded', result: aResult() }));
    expect(changes(null, queued)).toEqual([
      `2026-01-01T00:00:00.000Z build ${queued.id} acme/shop main aaaaaaa`,
      '2026-01-01T00:00:00.000Z queue started',
    ]);
    expect(changes(queued, started)).toEqual([
      '2026-01-01T00:00:02.000Z queue ended 2.0s',
      '2026-01-01T00:00:02.000Z start started',
      '2026-01-01T00:00:03.000Z start ended 1.0s',
      '2026-01-01T00:00:03.000Z clone started',
      '2026-01-01T00:00:04.500Z clone ended 1.5s',
      '2026-01-01T00:00:04.500Z build started',
    ]);
    expect(changes(started, started)).toEqual([]);
    expect(changes(started, ended)).toEqual([
      '2026-01-01T00:01:05.000Z build ended 1m 01s',
      '2026-01-01T00:01:05.000Z succeeded 1m 05s',
    ]);
    // Whoever sees the end only, sees all of it.
    const [first = '', ...others] = changes(null, ended);
    expect(others).toEqual([
      ...changes(null, queued).slice(1),
      ...changes(queued, started),
      ...changes(started, ended),
    ]);
    expect(first).toContain(queued.id);
  });

  test('say why', () => {
    const superseded = view(over('x', { status: 'cancelled', reason: 'superseded' }));
    expect(changes(view(running('x')), superseded).at(-1)).toMatch(
      / cancelled 1m 05s \(a later push took its place\)$/,
    );
    const newer = view(over('x', { status: 'failed', reason: 'some_new\u001b[2J_reason' }));
    expect(changes(null, newer).at(-1)).toMatch(/ failed 1m 05s \(some new reason\)$/);
  });

  test('tell a new place in the queue', () => {
    expect(placeChange(null, place(2, 30), 'T')).toEqual(['T queue number 2, about 30s']);
    expect(placeChange(place(2, 30), place(2, 28), 'T')).toEqual([]);
    expect(placeChange(place(2, 30), place(1, null), 'T')).toEqual(['T queue number 1']);
    expect(placeChange(place(2, 30), place(null, null), 'T')).toEqual([]);
    expect(placeChange(place(2, 30), null, 'T')).toEqual([]);
  });

  test('end with what came of it', () => {
    const result = aResult();
    const made = view(over('x', { status: 'succeeded', result, moved_tags: ['main', 'latest'] }));
    expect(outcome(firstView(made))).toEqual([
      `image registry/acme-release/shop@${result.index_digest}`,
      'tags main latest',
      'size 1000',
    ]);
    const error = { code: 'build_failed', message: 'exit 3\u001b[2J\nsee above', source: 'builder' } as const;
    const failed = heard(view(over('x', { status: 'failed', error })), {
      kind: 'lines',
      lines: [line('npm\u001b[31m ERR')],
    });
    expect(outcome(failed)).toEqual(['log npm ERR', 'error build_failed exit 3 see above']);
  });
});

describe('the summary', () => {
  test('names the image of a build that succeeded', () => {
    const made = view(over('x', { status: 'succeeded', result: aResult(), moved_tags: ['main', 'latest'] }));
    expect(summary(firstView(made), paint)).toEqual([
      '✓ succeeded in 1m 05s',
      `  image  registry/acme-release/shop@${aResult().index_digest}`,
      '  tags   main, latest',
      '  size   1.0 kB',
    ]);
  });

  test('ends with the log and the error of one that failed', () => {
    const error = { code: 'build_failed', message: 'exit 3\nsee\u001b[2J above', source: 'builder' } as const;
    const lines = [line('one'), line('two\u001b]0;title\u0007')];
    const failed = heard(view(over('x', { status: 'failed', error })), { kind: 'lines', lines });
    expect(summary(failed, paint)).toEqual([
      '  one',
      '  two',
      '',
      '✗ failed in build, after 1m 05s',
      '  build_failed: exit 3',
      '  see above',
    ]);
  });

  test('keeps the last twenty lines', () => {
    const all = Array.from({ length: 50 }, (_, at) => line(`${at}`));
    const seen = heard(
      view(running('x')),
      ...all.map((one): Heard => ({ kind: 'lines', lines: [one] })),
    ).lines.map(({ text }) => text);
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([20, '30', '49']);
  });

  test.each([
    ['succeeded', null],
    ['cancelled', null],
    ['failed', /builds logs b-\S+; again: bitflow builds retry b-/],
    ['timed_out', /builds logs/],
    ['expired', /builds retry/],
    ['waiting_approval', /approval.*builds cancel b-/],
    ['running', /builds watch b-/],
  ] as const)('says what to do when it is %s', (status, next) => {
    const said = nextStep(view(over('x', { status })));
    if (next === null) expect(said).toBeNull();
    else expect(said).toMatch(next);
  });

  test('says of a build that goes on how to cancel it', () => {
    expect(goesOn({ id: 'b-1' })).toContain('bitflow builds cancel b-1');
  });
});

test('with --json a build is told at each change, and not each time that it was asked for', () => {
  const told: string[] = [];
  const stdout = new Writable({
    write: (text, _, done) => {
      told.push(String(text));
      done();
    },
  });
  const screen = new Screen({ stdout, stderr: stdout, env: {} }, { json: true, quiet: false, color: false });
  const observer = observerOf(screen);
  const build = view(running('x'));
  for (const raw of [{ a: 1 }, { a: 1 }, { a: 2 }]) observer.hear({ kind: 'build', build, raw });
  observer.hear({ kind: 'lines', lines: [line('npm ci')] });
  observer.end(build, []);
  expect(told).toEqual(['{"a":1}\n', '{"a":2}\n']);
});
