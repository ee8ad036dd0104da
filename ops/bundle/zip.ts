import { unzipSync, zipSync } from 'fflate';

/** Files by their path in a folder, with `/` between its parts. */
export type Files = Readonly<Record<string, Uint8Array>>;

/**
 * What a zip says of a file beside its content, the same for all: as of 1980, the first day that the format has, in
 * whatever time zone (it stores a wall clock's time), made on Unix, `rw-r--r--`.
 */
const SAME = { mtime: new Date(1980, 0, 1), os: 3, attrs: (0o100644 << 16) >>> 0 } as const;

/**
 * Packs files so that the same files always are the same bytes: in the order of their names, without times. The
 * deflate is JavaScript: Node's own is another zlib, with other bytes, on each release and processor.
 */
export function zip(files: Files): Uint8Array {
  const names = Object.keys(files).toSorted();
  return zipSync(Object.fromEntries(names.map((name) => [name, [files[name] ?? new Uint8Array(), SAME]])));
}

/** What `zip` packed. */
export const unzip = (bytes: Uint8Array): Files => unzipSync(bytes);
