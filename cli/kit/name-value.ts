/** `NAME=VALUE`, as a name and a value, which may be empty; null: it is none. What a name may be, the API's schemas say. */
export function nameAndValue(text: string): readonly [name: string, value: string] | null {
  const at = text.indexOf('=');
  return at < 1 ? null : [text.slice(0, at), text.slice(at + 1)];
}
