import type { DocumentSnapshot } from '@google-cloud/firestore';
import { z } from 'zod';
import { TransientError } from '#core/errors.ts';
import { parseDocument } from './documents.ts';

/** A pool: who submits for it, until when, and the next place in the order of pushes. Only the holder writes it. */
const Pool = z.object({
  version: z.literal(1),
  holder: z.string().nullable(),
  lease_until: z.int(),
  next_order: z.int(),
  /** The teams that got a slot lately, the last one last. */
  served: z.array(z.string()).default([]),
  /** How long a build usually holds its slot (ms). */
  usual_ms: z.int().nullable().default(null),
});
type Pool = z.infer<typeof Pool>;

const NEW_POOL: Pool = {
  version: 1,
  holder: null,
  lease_until: 0,
  next_order: 1,
  served: [],
  usual_ms: null,
};

/** The pool; a new one where there is none yet. */
export function poolIn(snapshot: DocumentSnapshot | undefined): Pool {
  return (snapshot && parseDocument(Pool, snapshot)) ?? NEW_POOL;
}

/** The pool, if it is still this holder's. Throws TransientError. */
export function heldPool(snapshot: DocumentSnapshot | undefined, holder: string): Pool {
  const known = snapshot && parseDocument(Pool, snapshot);
  if (known?.holder !== holder) throw new TransientError('the lease of the pool went to another submitter');
  return known;
}
