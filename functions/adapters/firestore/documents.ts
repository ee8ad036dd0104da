import { type DocumentSnapshot, type Firestore, Timestamp } from '@google-cloud/firestore';
import type { z } from 'zod';
import { TransientError } from '#core/errors.ts';
import type { Created } from '#core/ports.ts';

/** gRPC codes: https://grpc.io/docs/guides/status-codes/ */
const ALREADY_EXISTS = 6;
const PASSING = new Set([1, 4, 8, 10, 13, 14]);

/** `create()` of a document: the cheap, uncontended way in; one that is there already is no error. */
export async function createDocument(
  firestore: Firestore,
  path: string,
  data: object,
  expireAt?: number,
): Promise<Created> {
  const ttl = expireAt === undefined ? {} : { expire_at: Timestamp.fromMillis(expireAt) };
  try {
    await firestore.doc(path).create({ ...data, ...ttl });
    return 'created';
  } catch (error) {
    if (codeOf(error) === ALREADY_EXISTS) return 'exists';
    throw passing(error);
  }
}

/** A document through its schema; null where there is none. */
export function parseDocument<T>(schema: z.ZodType<T>, snapshot: DocumentSnapshot): T | null {
  return snapshot.exists ? schema.parse(snapshot.data()) : null;
}

/** Runs a store operation; what may pass (unavailable, contention, deadlines) becomes a TransientError. */
export async function guarded<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw passing(error);
  }
}

function passing(error: unknown): unknown {
  const code = codeOf(error);
  return code !== null && PASSING.has(code)
    ? new TransientError('the store is not available', { cause: error })
    : error;
}

/** The gRPC code of an error of the client; null for any other. */
export function codeOf(error: unknown): number | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : null;
}
