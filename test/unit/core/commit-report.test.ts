import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Build, BuildStatus } from '#core/build.ts';
import { REPORT_STATES, type ReportState } from '#core/commit-report.ts';
import { isEnded, latestBuilds, stateOf } from '#core/commit-state.ts';
import { composeReport } from '#core/compose-report.ts';
import type { LogLine } from '#core/events.ts';
import { aBuild, aResult, digestOf, sha, T0 } from '#test/support/memory/examples.ts';
import { BUILD_IN } from './transition-examples.ts';

const image = (name: string) => ({ registry: null, name: `acme/${name}`, tags: ['main-auto-aaaaaaa'] });
const KNOWN = { id: 'rp-1', commit_sha: sha('a'), told: null, run: 1, report_id: null, doubt: null };
const told = (state: ReportState) => ({ state, digest: 'd', at: T0 });
const compose = (builds: readonly Build[], lines: readonly LogLine[] = []) =>
  composeReport(
    KNOWN,
    builds,
    builds.filter(({ status }) => status === 'failed').map((build) => ({ build, lines })),
  ).report;
const named = (name: string, fields: Partial<Build>) => aBuild(name, { image: image(name), ...fields });
const failed = (name: string, message = 'npm ci failed') =>
  named(name, {
    status: 'failed',
    started_at: T0,
    finished_at: T0 + 61_000,
    stages: [
      { name: 'clone', started_at: T0, finished_at: T0 + 1 },
      { name: 'build', started_at: T0 + 1, finished_at: null },
    ],
    error: { code: 'install_failed', message, source: 'builder' },
  });
const succeeded = (name: string) =>
  named(name, { status: 'succeeded', started_at: T0, finished_at: T0 + 42_400, result: aResult() });
const line = (text: string, seq = 0): LogLine => ({ seq, at: T0, stage: 'build', text });

describe('stateOf', () => {
  it.each([
    [['waiting_approval'], 'waiting_approval'],
    [['waiting_approval', 'queued'], 'waiting_approval'],
    [['queued', 'submitting', 'submitted'], 'queued'],
    [['queued', 'running'], 'running'],
    [['queued', 'failed'], 'running'],
    [['promoting'], 'running'],
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'cancelled'], 'cancelled'],
    [['succeeded', 'cancelled', 'timed_out'], 'failed'],
    [['expired'], 'failed'],
  ] as const)('%j are %s', (states, expected) => {
    expect(
      stateOf(
        states.map((status) => BUILD_IN[status]),
        null,
      ),
    ).toBe(expected);
  });

  it('goes on from what the host was told, while nothing has ended', () => {
    const all = fc.array(fc.constantFrom(...BuildStatus.options), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(all, fc.constantFrom(...REPORT_STATES), (states, before) => {
        const state = stateOf(
          states.map((status) => BUILD_IN[status]),
          before,
        );
        if (isEnded(before) || isEnded(state)) return;
        expect(REPORT_STATES.indexOf(state)).toBeGreaterThanOrEqual(REPORT_STATES.indexOf(before));
      }),
    );
  });
});

describe('latestBuilds', () => {
  const at = (name: string, ms: number, fields: Partial<Build> = {}) =>
    aBuild(name, { created_at: T0 + ms, ...fields });

  it('has the newest of each image and ref', () => {
    const [first, second, tag, other] = [
      at('first', 1),
      at('second', 2),
      at('tag', 0, { ref: 'refs/tags/v1' }),
      at('other', 3, { image: image('api') }),
    ];
    expect(latestBuilds([other, first, tag, second])).toEqual([tag, second, other]);
  });

  it('has one that repeats another in its place, whatever it was asked for with', () => {
    const first = at('first', 1);
    const again = at('again', 2, { retry_of: first.id, image: { ...first.image, name: 'acme/else' } });
    const third = at('third', 3, { retry_of: first.id, ref: null });
    expect(latestBuilds([first, again])).toEqual([again]);
    expect(latestBuilds([third, again, first])).toEqual([third]);
    expect(latestBuilds([again])).toEqual([again]); // what it repeats is of another commit
  });
});

describe('composeReport', () => {
  it('says of one image in the title what became of it', () => {
    expect(compose([aBuild('x')])).toMatchObject({ state: 'queued', title: 'Queued', finished_at: null });
    expect(compose([succeeded('shop')])).toMatchObject({
      state: 'succeeded',
      title: 'Succeeded in 42 s',
      summary: `- \`acme/shop:main-auto-aaaaaaa\`: succeeded in 42 s, \`${digestOf('d')}\` (\`${aBuild('shop').id}\`)`,
      text: null,
      started_at: T0,
      finished_at: T0 + 42_400,
    });
    const superseded = named('x', { status: 'cancelled', reason: 'superseded', finished_at: T0 });
    expect(compose([superseded])).toMatchObject({
      state: 'cancelled',
      title: 'Superseded by a newer commit',
    });
  });

  it('says how a fork’s commit is let run, of one image and of several', () => {
    const waiting = (name: string) => named(name, { status: 'waiting_approval', trusted: false });
    const [one, other] = [waiting('web'), waiting('api')];
    expect(compose([one])).toMatchObject({
      state: 'waiting_approval',
      title: `Waiting for approval: bitflow builds approve ${one.id}`,
    });
    const commands = [one, other].map(({ id }) => `bitflow builds approve ${id}`).join('\n');
    expect(compose([one, other]).summary).toContain(`\`\`\`text\n${commands}\n\`\`\``);
    expect(compose([succeeded('web')]).summary).not.toContain('approve');
  });

  it('names the failing stage, its cause, and the end of the log', () => {
    const report = compose([failed('shop')], [line('npm ERR! no such package'), line('it ends', 1)]);
    expect(report.title).toBe('Failed in build: npm ci failed');
    expect(report.summary).toContain('failed in build:\n\n```text\nnpm ci failed\n```');
    expect(report.text).toContain('```text\nnpm ERR! no such package\nit ends\n```');
  });

  it('counts where there are several images', () => {
    const report = compose([succeeded('web'), succeeded('api'), failed('jobs')]);
    expect(report).toMatchObject({ state: 'failed', title: '3 images: 2 succeeded, 1 failed' });
    expect(report.summary.split('\n').filter((text) => text.startsWith('- '))).toHaveLength(3);
  });

  it('is as long as hosts take it, whatever builds say', () => {
    const noise = '`'.repeat(5000) + 'x'.repeat(5000);
    const many = Array.from({ length: 200 }, (_, index) =>
      failed(`image-${index}`, `${noise}\n${noise}`.slice(0, 4000)),
    );
    const lines = Array.from({ length: 20_000 }, (_, seq) => line(noise, seq));
    const report = compose(many, lines);
    expect(report.title.length).toBeLessThanOrEqual(140);
    expect(compose([failed('one', noise)]).title).toHaveLength(140);
    expect(report.summary.length).toBeLessThan(30_000);
    expect(report.text?.length).toBeLessThan(60_000);
    expect(report.summary).toContain('- and 150 more');
  });

  it('has the last lines of a long log, in order', () => {
    const lines = Array.from({ length: 90 }, (_, seq) => line(`line ${seq}`, seq));
    const text = compose([failed('shop')], lines).text ?? '';
    expect(text).toContain('line 40\nline 41');
    expect(text).not.toContain('line 39');
    expect(text).toMatch(/line 89\n```$/);
  });

  it('begins anew, under another name, once all had ended and something is built again', () => {
    const ended = { ...KNOWN, told: told('failed'), report_id: '7' };
    expect(composeReport(ended, [aBuild('x')], [])).toMatchObject({
      run: 2,
      report: { report_id: null, external_id: 'rp-1.2', state: 'queued' },
    });
    expect(composeReport(ended, [succeeded('x')], [])).toMatchObject({
      run: 1,
      report: { report_id: '7', external_id: 'rp-1.1' },
    });
  });

  it('is another by its digest where anything that the host is told is another', () => {
    const one = composeReport(KNOWN, [failed('x')], []);
    expect(composeReport({ ...KNOWN, report_id: '7' }, [failed('x')], []).digest).toBe(one.digest);
    expect(composeReport(KNOWN, [failed('x', 'else')], []).digest).not.toBe(one.digest);
  });
});
