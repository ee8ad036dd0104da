import { gzipSync } from 'node:zlib';
import type { Platform } from '#core/repository.ts';
import { type HostDelivery, type HostPush, pushText, signedBody } from './host-deliveries.ts';

/** A delivery that nobody sends who means well, and the status that it is answered with. */
export interface HostileDelivery {
  readonly name: string;
  readonly status: number;
  readonly delivery: HostDelivery;
}

/** What GitHub caps a payload at, with room for what is around the junk. */
const ROOM = 25 * 1024 * 1024 - 4096;

/** Further members of a push that are large or deep, and say nothing to us. */
const JUNK: Readonly<Record<string, () => string>> = {
  'a string of 25 MB': () => `"x":"${'x'.repeat(ROOM)}"`,
  'a string of 25 MB that is no ASCII': () => `"x":"${'é€'.repeat(ROOM / 5)}"`,
  'a string of 25 MB of escapes': () => `"x":"${'\\u00e9'.repeat(ROOM / 6)}"`,
  '13 million nested arrays': () => `"x":${'['.repeat(ROOM / 2)}${']'.repeat(ROOM / 2)}`,
  '4 million nested objects': () => `"x":${'{"a":'.repeat(ROOM / 6)}1${'}'.repeat(ROOM / 6)}`,
  '8 million empty arrays': () => `"x":[${'[],'.repeat(ROOM / 3 - 1)}[]]`,
  '2 million members': () => Array.from({ length: 1_900_000 }, (_, at) => `"k${at}":1`).join(','),
  'a number of 25 million digits': () => `"x":${'1'.repeat(ROOM)}`,
  '10,000 commits': () => `"commits":[${Array.from({ length: 10_000 }, (_, at) => commit(at)).join(',')}]`,
  'a member of a name that objects have': () => '"__proto__":{"ref":1},"constructor":1',
};

/** As long as one of a real push; with the files of it, the 10,000 are 20 MB. */
function commit(at: number): string {
  const id = at.toString(16).padStart(40, '0');
  const files = Array.from({ length: 40 }, (_, file) => `src/folder-${at}/file-${file}.ts`);
  const message = `Change number ${at}\n\n${'It says why. '.repeat(8)}`;
  return JSON.stringify({
    id,
    message,
    timestamp: '2026-01-01T00:00:00Z',
    added: files,
    removed: [],
    modified: [],
  });
}

/** @param secret of the webhook of `push`'s repository. */
export function* hostileDeliveries(
  platform: Platform,
  secret: string,
  push: HostPush,
): Generator<HostileDelivery> {
  const of = (
    name: string,
    status: number,
    body: HostDelivery['body'],
    headers: Record<string, string> = {},
  ) => ({
    name,
    status,
    delivery: signedBody(platform, secret, body, headers),
  });
  const plain = pushText(platform, push);
  for (const [name, more] of Object.entries(JUNK))
    yield of(name, 202, pushText(platform, { ...push, more: more() }));
  const forged = of('forged: 13 million nested arrays', 401, JUNK['13 million nested arrays']?.() ?? '');
  yield { ...forged, delivery: { ...forged.delivery, body: `{${forged.delivery.body}}` } };
  yield of('26 million brackets that nothing closes', 401, `${plain.slice(0, -1)},"x":${'['.repeat(ROOM)}`);
  yield of('two refs, of which the last counts', 202, `{"ref":7,${plain.slice(1)}`);
  yield of(
    'half of a surrogate pair in a field that we leave',
    202,
    pushText(platform, { ...push, more: '"x":"\\ud800"' }),
  );
  yield of(
    'half of a surrogate pair in the ref',
    400,
    pushText(platform, { ...push, ref: 'refs/heads/\ud800' }),
  );
  for (const type of ['text/plain', 'image/png', 'application/json; charset=utf-16', 'nonsense'])
    yield of(`the content type ${type}`, 202, plain, { 'content-type': type });
  yield of('what is said to be compressed', 202, plain, { 'content-encoding': 'gzip' });
  // what names no repository is signed by none: that is all that its sender is told
  yield of('what is compressed', 401, gzipSync(plain), { 'content-encoding': 'gzip' });
  yield of('no JSON', 401, 'ref=main');
  yield of('JSON that is no object', 401, '[]');
  yield of('a byte past 25 MB', 413, 'x'.repeat(25 * 1024 * 1024 + 1));
}

/** What is hostile in a form, which GitHub sends where the webhook's owner chose it. */
export function* hostileForms(secret: string, push: HostPush): Generator<HostileDelivery> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const of = (name: string, status: number, body: string) => ({
    name: `a form: ${name}`,
    status,
    delivery: signedBody('github', secret, body, type),
  });
  yield of('a push', 202, new URLSearchParams({ payload: pushText('github', push) }).toString());
  yield of(
    '25 MB of spaces in a push',
    202,
    `payload=${'+'.repeat(ROOM)}${encodeURIComponent(pushText('github', push))}`,
  );
  yield of('25 MB of fields', 401, `${'a=b&'.repeat(ROOM / 4)}payload=1`);
  yield of('25 MB of bytes that are no text', 401, `payload=${'%ff'.repeat(ROOM / 3)}`);
  yield of('without a payload', 401, '&'.repeat(ROOM));
}
