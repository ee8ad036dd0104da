import { describe, expect, test } from 'vitest';
import { BuildView } from '#core/api/builds.ts';
import type { Build } from '#core/build.ts';
import { aBuild, aResult } from '#test/support/memory/examples.ts';
import { aWorld, over, running, take } from './world.ts';

const failure = { code: 'build_failed', message: 'exit 3', source: 'builder' } as const;
const ENDS: readonly (readonly [string, Partial<Build>, number])[] = [
  ['succeeded', { status: 'succeeded', result: aResult() }, 0],
  ['failed', { status: 'failed', error: failure }, 1],
  ['cancelled', { status: 'cancelled' }, 6],
  ['superseded', { status: 'cancelled', reason: 'superseded' }, 6],
  ['timed out', { status: 'timed_out', reason: 'build_timeout' }, 124],
  ['expired', { status: 'expired', reason: 'queue_timeout' }, 124],
  ['waiting for approval', { status: 'waiting_approval', finished_at: null }, 7],
];

describe.each(['builds watch', 'builds logs --follow'])('%s ends with the code of the state', (command) => {
  describe.each(['pipe', 'terminal', 'json'])('in a %s', (where) => {
    test.each(ENDS)('%s', async (_, fields, code) => {
      const build = over('x', fields);
      const { bitflow } = await aWorld(build);
      const argv = `${command} ${build.id}${where === 'json' ? ' --json' : ''}`;
      const said = await bitflow(argv, where === 'terminal' ? { columns: 80 } : {});
      expect(said).toMatchObject({ code });
      if (code === 7)
        expect(said.stderr).toContain(where === 'json' && command === 'builds watch' ? '' : build.id);
    });
  });
});

describe('a build that goes on', () => {
  const STAGES = [
    '2026-01-01T00:00:00.000Z queue started',
    '2026-01-01T00:00:02.000Z queue ended 2.0s',
    '2026-01-01T00:00:02.000Z start started',
    '2026-01-01T00:00:03.000Z start ended 1.0s',
    '2026-01-01T00:00:03.000Z build started',
    '2026-01-01T00:00:08.000Z build ended 5.0s',
    '2026-01-01T00:00:08.000Z promote started',
    '2026-01-01T00:00:09.000Z promote ended 1.0s',
    '2026-01-01T00:00:09.000Z succeeded 9.0s',
  ];

  test('is a line at each change in a pipe', async () => {
    const build = aBuild('x');
    const world = await aWorld(build);
    let seen = '';
    const said = world.bitflow(`builds watch ${build.id}`, { onStdout: (text) => (seen = text) });
    await take(world, build, () => seen);
    const { code, stdout, stderr } = await said;
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(`2026-01-01T00:00:00.000Z build ${build.id} acme/shop main aaaaaaa`);
    expect(lines.filter((line) => / (?:started|ended|succeeded)/.test(line))).toEqual(STAGES);
    expect(lines.filter((line) => / queue number /.test(line))).toHaveLength(1);
    expect(lines.slice(-3).map((line) => line.split(' ')[0])).toEqual(['image', 'tags', 'size']);
    expect(stdout).not.toContain('\u001b');
  });

  test('is the build as the API has it at each change with --json, the last line being the final one', async () => {
    const build = aBuild('x');
    const world = await aWorld(build);
    let seen = '';
    const said = world.bitflow(`builds watch --json ${build.id}`, { onStdout: (text) => (seen = text) });
    await take(world, build, () => seen);
    const { code, stdout, stderr } = await said;
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const line of lines) expect(BuildView.parse(line)).toEqual(line);
    expect(new Set(stdout.trimEnd().split('\n')).size).toBe(lines.length);
    expect([lines[0].status, lines.at(-1).status]).toEqual(['queued', 'succeeded']);
  });

  test('shows its log in a terminal, harmless, above what it does', async () => {
    const build = aBuild('x');
    const world = await aWorld(build);
    let seen = '';
    const given = { columns: 60, onStdout: (text: string) => (seen = text), env: { NO_COLOR: '1' } };
    const said = world.bitflow(`builds logs -f ${build.id}`, given);
    await take(world, build, () => seen, 'he\u001b]0;evil\u0007llo\rworld');
    const { code, stdout, stderr } = await said;
    expect([code, stderr]).toEqual([0, 'succeeded: acme/shop main aaaaaaa\n']);
    expect(stdout).toContain('── build\nhelloworld\n');
    expect(stdout).not.toContain('evil');
    expect(stdout).toMatch(/queue .*, number 1 in the queue\n/);
  });

  test('shows its last line below its stage while it is watched in a terminal', async () => {
    const build = aBuild('x');
    const world = await aWorld(build);
    let seen = '';
    const given = { columns: 60, onStdout: (text: string) => (seen = text), env: { NO_COLOR: '1' } };
    const said = world.bitflow(`builds watch ${build.id}`, given);
    await take(world, build, () => seen, 'npm ci', 'npm ci');
    const { code, stdout } = await said;
    expect(code).toBe(0);
    expect(stdout).toMatch(/⠋ queue/);
    expect(stdout).toMatch(/. build .*\n {2}npm ci\n/);
    expect(stdout).toMatch(/✓ succeeded in 9\.0s\n {2}image {2}registry\/acme-release\/shop@sha256:/);
  });

  test('of a status that this version does not know is no success', async () => {
    const build = running('x');
    const world = await aWorld(build);
    const real = world.api.fetch;
    const newer = await world.serve(async (request) => {
      const text = await (await real(request)).text();
      return new Response(text.replace('"running"', '"hibernating"'));
    });
    const said = await world.bitflow(`builds watch ${build.id}`, { env: world.env(newer) });
    expect(said.code).toBe(5);
    expect(said.stderr).toContain('one version');
  });
});
