import { z } from 'zod';

/**
 * Who is deciding over one image (a digest at a destination) now: deleting it, or pointing a tag to it. The two
 * exclude each other, and a release of the same digest waits for either. Gone once it is given back.
 */
export const ImageLock = z.object({ version: z.literal(1), holder: z.string(), until: z.int() });
export type ImageLock = z.infer<typeof ImageLock>;

/** The lock for a holder; null where another has it. */
export function takeLock(
  known: ImageLock | null,
  holder: string,
  now: number,
  ttlMs: number,
): ImageLock | null {
  if (isTaken(known, now) && known?.holder !== holder) return null;
  return { version: 1, holder, until: now + ttlMs };
}

/** Whether somebody has it at this time. */
export function isTaken(known: ImageLock | null, now: number): boolean {
  return known !== null && known.until > now;
}
