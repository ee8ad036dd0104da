import { expect, test } from 'vitest';
import { parseOptions } from '#test/bench/options.ts';

test('the command line', () => {
  expect(parseOptions([])).toEqual({ rounds: 5, help: false });
  expect(parseOptions(['--json', 'out.json', '--rounds', '2', '--only', 'builds'])).toEqual({
    json: 'out.json',
    rounds: 2,
    only: 'builds',
    help: false,
  });
  for (const args of [['--rounds', '0'], ['--only', 'all'], ['--fast']]) {
    expect(() => parseOptions(args)).toThrow('npm run bench');
  }
});
