import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { addAbortSignal, pipeline } from 'node:stream';
import zlib from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;
/** RFC 1952, section 2.3.1; RFC 8878, section 3.1.1. */
const GZIP = Buffer.of(0x1f, 0x8b);
const ZSTD = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

/** There is more to read than anyone may ask us to. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

/** How many bytes may still be read, compressed ones counted as what they become. */
export class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new TooMuch('more bytes than are allowed');
  }
}

/**
 * Hands a blob's bytes to `use`, unpacked where they are gzip or zstd: their first bytes say so, whatever
 * their media type does. Ends early where `use` does. Throws `TooMuch` where the budget is used up.
 */
export async function readBlob<T>(
  path: string,
  budget: Budget,
  signal: AbortSignal,
  use: (chunks: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const unpack = await unpackerOf(path);
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  // An error of either reaches the reader: it is what the stream is destroyed with.
  const stream = unpack === null ? source : pipeline(source, unpack, () => {});
  addAbortSignal(signal, stream);
  return use(count(stream, budget));
}

async function unpackerOf(path: string) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ZSTD.length), 0, ZSTD.length, 0);
    const magic = buffer.subarray(0, bytesRead);
    if (magic.subarray(0, GZIP.length).equals(GZIP)) return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
    if (!magic.equals(ZSTD)) return null;
    if ('createZstdDecompress' in zlib) return zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES });
    // The command may be run by an older one than the builder image has.
    throw new Error('a layer is packed with zstd, which this Node cannot unpack: take one from 22.15 on');
  } finally {
    await file.close();
  }
}

async function* count(stream: AsyncIterable<Buffer>, budget: Budget): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    budget.take(chunk.length);
    yield chunk;
  }
}
