import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Matcher } from '../matcher.ts';
import { type Budget, readBlob } from './blob.ts';
import type { Needle } from './needles.ts';
import { stringsOf } from './strings.ts';

/** A needle in one entry of a layer: in the file's content, or in what the archive says of the file. */
export interface Located {
  readonly needle: Needle;
  readonly file: string;
  readonly field: 'content' | 'name' | 'link' | 'attribute';
}

/**
 * Looks for the files of a layer that hold a needle, `limit` of them at most; none where the blob is no tar
 * archive. (The search itself reads archives as bytes: this is only for one in which it found something.)
 */
export async function locate(
  path: string,
  matcher: Matcher<Needle>,
  limit: number,
  budget: Budget,
  signal: AbortSignal,
): Promise<Located[]> {
  const found = new Map<string, Located>();
  const add = (needle: Needle, file: string, field: Located['field']) => {
    const key = JSON.stringify([needle.secret, file]);
    if (!found.has(key)) found.set(key, { needle, file, field });
  };
  const archive = extract();
  const reading = readBlob(path, budget, signal, (chunks) => pipeline(chunks, archive, { signal }));
  const looking = (async () => {
    for await (const entry of archive) {
      const { name, linkname } = entry.header;
      const file = `/${name.replace(/^\.?\//, '')}`;
      for (const { needle } of matcher.find(Buffer.from(name))) add(needle, file, 'name');
      for (const { needle } of matcher.find(Buffer.from(linkname ?? ''))) add(needle, file, 'link');
      const reader = matcher.reader();
      for await (const chunk of entry) {
        // its type does not say so, but an entry's stream gives what went into the archive's: buffers
        if (!Buffer.isBuffer(chunk)) throw new TypeError('a chunk of an entry is no buffer');
        for (const { needle } of reader.next(chunk)) add(needle, file, 'content');
      }
      for (const { text } of stringsOf(entry.header)) {
        for (const { needle } of matcher.find(Buffer.from(text))) add(needle, file, 'attribute');
      }
      if (found.size >= limit) break;
    }
  })();
  await Promise.allSettled([reading, looking]);
  signal.throwIfAborted();
  return [...found.values()].slice(0, limit);
}
