import { TransientError } from '#core/errors.ts';

/** What is read of an answer that says why something went wrong. */
const MAX_REASON_BYTES = 4096;
const SHOWN = 300;

/** Reads a body of at most so many bytes; one that is larger is cut off. Throws TransientError where it breaks off. */
export async function readAtMost(response: Response, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= bytes) break;
    }
  } catch (cause) {
    throw new TransientError('the answer of the registry broke off', { cause });
  }
  return new Uint8Array(Buffer.concat(chunks).subarray(0, bytes));
}

/** What an answer says of its failure, short enough to show. */
export async function reasonOf(response: Response): Promise<string> {
  const text = Buffer.from(await readAtMost(response, MAX_REASON_BYTES)).toString('utf8');
  return text.slice(0, SHOWN);
}

/** JSON, or nothing where it is none. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}
