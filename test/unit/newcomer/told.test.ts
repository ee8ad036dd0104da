import { expect, test } from 'vitest';
import { toldBy } from '#test/newcomer/told.ts';

test('what is told is the command lines after the last "Next", in order', () => {
  const output =
    '\nbitflow is ready\n\nNext:\n\n  bitflow login --url http://a\n      as somebody\n  mkdir a && cd a\n';
  expect(toldBy(output)).toEqual(['bitflow login --url http://a', 'mkdir a && cd a']);
});

test('git shows what a server says behind "remote:"', () => {
  const output =
    'remote: BitFlow: main is being built        \nremote:   bitflow builds watch b-1        \nTo http://a\n';
  expect(toldBy(output)).toEqual(['bitflow builds watch b-1']);
});

test('prose tells nothing', () => {
  expect(toldBy('Use git to push, or ask bitflow.\n')).toEqual([]);
});
