import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { Secret } from '#core/secret.ts';

const VALUE = 'hunter2-very-secret';
const secret = new Secret(VALUE);

it('gives its value to whoever asks for it by name', () => {
  expect(secret.reveal()).toBe(VALUE);
});

it.each<readonly [string, () => unknown]>([
  ['String', () => String(secret)],
  ['a template', () => `${secret}`],
  ['concatenation', () => `${''.concat(secret as unknown as string)}`],
  ['toString', () => secret.toString()],
  ['toLocaleString', () => secret.toLocaleString()],
  ['valueOf', () => inspect(secret.valueOf())],
  ['JSON', () => JSON.stringify(secret)],
  ['JSON of what holds it', () => JSON.stringify({ a: [secret] })],
  ['inspect', () => inspect(secret, { showHidden: true, depth: null, getters: true })],
  [
    'inspect of what holds it',
    () => inspect(new Map([['a', { secret }]]), { depth: null, showHidden: true }),
  ],
  ['inspect without custom functions', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['format', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
  ['an error', () => inspect(new Error(`cannot use ${secret}`, { cause: secret }))],
  ['keys', () => Object.keys(secret).concat(Object.getOwnPropertyNames(secret))],
  ['entries', () => JSON.stringify(Object.entries(secret))],
  ['symbols', () => inspect(Object.getOwnPropertySymbols(secret))],
  ['spread', () => JSON.stringify({ ...secret })],
  ['assign', () => JSON.stringify(Object.assign({}, secret))],
  ['structuredClone', () => inspect(structuredClone(secret), { showHidden: true, customInspect: false })],
  ['v8', () => serialize(secret).toString('latin1')],
  ['an array joined', () => [secret, secret].join()],
])('does not show it through %s', (_, print) => {
  expect(String(print())).not.toContain('hunter2');
});

it('says that there is something', () => {
  expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual([
    '[secret]',
    '"[secret]"',
    '[secret]',
  ]);
});
