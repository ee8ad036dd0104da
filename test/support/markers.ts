import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodings } from '#builder/encodings.ts';
import { Budget, readBlob } from '#builder/leak/blob.ts';
import { Matcher } from '#builder/matcher.ts';

/** A marker, by its name and the form it was found in. */
export type Sighting = `${string} (${string}) in ${string}`;

/** Looks for marker values: as they are, and in every form that tools write them in. */
export class Markers {
  readonly #matcher: Matcher<{ name: string; encoding: string; bytes: Buffer }>;

  /** @param values by name. */
  constructor(values: Readonly<Record<string, string>>) {
    const needles = Object.entries(values).flatMap(([name, value]) => {
      const forms = [{ encoding: 'plain', text: value }, ...encodings(value)];
      const named = new Map(forms.toReversed().map(({ encoding, text }) => [text, encoding]));
      return [...named].map(([text, encoding]) => ({ name, encoding, bytes: Buffer.from(text) }));
    });
    this.#matcher = new Matcher(needles);
  }

  /** In a text, or in a value as JSON. @param place names it in what is found. */
  inValue(value: unknown, place: string): Sighting[] {
    const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    return unique([...this.#matcher.find(bytes)].map(({ needle }) => sighting(needle, place)));
  }

  /** In every file below a folder, unpacked where it is gzip or zstd, and in the files' names. */
  async inFolder(folder: string): Promise<{ files: number; found: Sighting[] }> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found: Sighting[][] = [];
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const path of files) found.push(this.inValue(path, path), await this.#inFile(path));
    return { files: files.length, found: unique(found.flat()) };
  }

  async #inFile(path: string): Promise<Sighting[]> {
    const { signal } = new AbortController();
    return readBlob(path, new Budget(Number.POSITIVE_INFINITY), signal, async (chunks) => {
      const reader = this.#matcher.reader();
      const found: Sighting[] = [];
      for await (const chunk of chunks) {
        for (const { needle } of reader.next(chunk)) found.push(sighting(needle, path));
      }
      return unique(found);
    });
  }
}

const sighting = ({ name, encoding }: { name: string; encoding: string }, place: string): Sighting =>
  `${name} (${encoding}) in ${place}`;

const unique = (found: readonly Sighting[]): Sighting[] => [...new Set(found)];
