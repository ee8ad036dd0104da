/** Where the keys of a TOML document stand (toml.io/en/v1.0.0). Only for documents that a parser has taken. */

type Path = readonly (string | number)[];

const KEY = String.raw`(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')`;
const DOTTED = String.raw`${KEY}(?:[ \t]*\.[ \t]*${KEY})*`;
const HEADER = new RegExp(String.raw`^[ \t]*(\[\[?)[ \t]*(${DOTTED})[ \t]*\]`);
const PAIR = new RegExp(String.raw`^[ \t]*(${DOTTED})[ \t]*=(.*)$`);

/**
 * The line, from 1, of what a path leads to, or of the nearest thing around it that has one; null where nothing has.
 * What stands inside a value (an array's item, an inline table's key) has the line on which its key is.
 */
export function lineOf(text: string, path: Path): number | null {
  let found: number | null = null;
  let length = 0;
  for (const place of placesIn(text)) {
    const common = commonStart(place.path, path);
    if ((common < place.path.length && common < path.length) || common <= length) continue;
    length = common;
    found = place.line;
  }
  return found;
}

/** Every table's header and every key with a value, in order. */
function* placesIn(text: string): Generator<{ path: Path; line: number }> {
  const counts = new Map<string, number>();
  let table: Path = [];
  let open: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (open !== null) {
      if (line.includes(open)) open = null;
      continue;
    }
    const [, brackets, name] = HEADER.exec(line) ?? [];
    const [, key, value] = PAIR.exec(line) ?? [];
    if (name !== undefined) {
      table = tableOf(namesIn(name), brackets === '[[', counts);
      yield { path: table, line: index + 1 };
    } else if (key !== undefined) {
      yield { path: [...table, ...namesIn(key)], line: index + 1 };
      open = opensText(value ?? '');
    }
  }
}

/** The path of a table: what was begun with `[[…]]` is an item of an array, the last one so far. */
function tableOf(names: readonly string[], begins: boolean, counts: Map<string, number>): Path {
  const path: (string | number)[] = [];
  for (const [index, name] of names.entries()) {
    path.push(name);
    const id = JSON.stringify(path);
    if (begins && index === names.length - 1) counts.set(id, (counts.get(id) ?? -1) + 1);
    const item = counts.get(id);
    if (item !== undefined) path.push(item);
  }
  return path;
}

function namesIn(dotted: string): string[] {
  return [...dotted.matchAll(new RegExp(KEY, 'g'))].map(([name]) => name.replace(/^(["'])(.*)\1$/, '$2'));
}

/** What ends a text of several lines that begins in this value; null: none does. */
function opensText(value: string): string | null {
  const [mark] = /"""|'''/.exec(value) ?? [];
  return mark !== undefined && value.split(mark).length % 2 === 0 ? mark : null;
}

function commonStart(a: Path, b: Path): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
