/** How a value may be written. */
export type Encoding = 'plain' | 'base64' | 'base64url' | 'hex' | 'URL-encoded' | 'JSON';

export interface Form {
  readonly encoding: Encoding;
  readonly text: string;
}

const MIN_INNER = 8;

/**
 * A value in the forms that tools write it in, itself not among them: as base64 and base64url (also inside
 * a longer encoded text, such as `user:password`), hex, URL-encoded and as in JSON.
 */
export function* encodings(value: string): Generator<Form> {
  const bytes = Buffer.from(value);
  for (const before of [0, 1, 2]) {
    const inner = innerBase64(bytes, before);
    if (inner.length < MIN_INNER) continue;
    yield { encoding: 'base64', text: inner };
    yield { encoding: 'base64url', text: inner.replaceAll('+', '-').replaceAll('/', '_') };
  }
  yield { encoding: 'base64', text: bytes.toString('base64') };
  yield { encoding: 'base64url', text: bytes.toString('base64url') };
  const url = encodeURIComponent(value);
  const strict = url.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  for (const form of [url, strict]) {
    yield { encoding: 'URL-encoded', text: form };
    yield { encoding: 'URL-encoded', text: form.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()) };
    yield { encoding: 'URL-encoded', text: form.replaceAll('%20', '+') };
  }
  const json = JSON.stringify(value).slice(1, -1);
  yield { encoding: 'JSON', text: json };
  // Go's encoder, which writes most of the JSON in and around images, escapes these three too.
  yield {
    encoding: 'JSON',
    text: json.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  };
  const hex = bytes.toString('hex');
  yield { encoding: 'hex', text: hex };
  yield { encoding: 'hex', text: hex.toUpperCase() };
}

/** The characters of a base64 text that depend on nothing but these bytes, `before` bytes after a group's start. */
function innerBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const partial = (bytes.length + before) % 3 !== 0;
  return text.slice(before === 0 ? 0 : before + 1, partial ? -1 : undefined);
}
