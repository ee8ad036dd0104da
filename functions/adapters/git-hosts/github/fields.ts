import { z } from 'zod';

/** What a document of ours holds of somebody's text. */
const MAX_MESSAGE = 4000;

/** A commit, or another object of git. */
export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a commit id');

/** A name: all of it or none, for a cut one would be another. */
export const Name = z
  .string()
  .max(1024)
  .refine((name) => name.isWellFormed(), 'must be well-formed Unicode');

/** `owner/name`. */
export const FullName = Name.min(3).max(255);

/** Somebody's text, cut to what is kept of it. */
export const Message = z.string().transform((text) => text.slice(0, MAX_MESSAGE).toWellFormed());

/** A time as GitHub's API has it, in ms since the epoch; null where it is none. */
export const Time = z
  .string()
  .nullish()
  .transform((text) => {
    const at = Date.parse(text ?? '');
    return Number.isNaN(at) ? null : at;
  });

/** What every event of a repository says of it. */
export const Repository = z.object({ full_name: FullName, id: z.int().nonnegative().optional() });

/** A repository in our words. */
export function named({ full_name, id }: z.infer<typeof Repository>) {
  return { repository: full_name, host_id: id === undefined ? null : String(id) };
}
