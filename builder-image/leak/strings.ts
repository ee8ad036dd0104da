/** A string of a JSON document, the keys of objects among them, and the way to it. */
export interface FoundString {
  readonly text: string;
  readonly path: readonly (string | number)[];
  readonly isKey: boolean;
}

/** Every string of a value, with its way from the root. */
export function* stringsOf(value: unknown, path: FoundString['path'] = []): Generator<FoundString> {
  if (typeof value === 'string') yield { text: value, path, isKey: false };
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, isList ? Number(key) : key];
    if (!isList) yield { text: key, path: at, isKey: true };
    yield* stringsOf(inner, at);
  }
}
