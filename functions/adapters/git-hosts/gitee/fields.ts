import { z } from 'zod';

/** What is kept of a commit's message and of a title (characters). */
const MAX_TEXT = 4000;
/** More labels than anybody gives a request. */
const MAX_LABELS = 100;

/** A commit, or another object of git. */
export const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a commit id');

/** A name: all of it or none, for a cut one would be another. */
export const Name = z
  .string()
  .max(1024)
  .refine((name) => name.isWellFormed(), 'must be well-formed Unicode');

/** `owner/name`, as it stands in addresses. */
export const FullName = Name.min(3).max(255);

/** Somebody's text, cut to what is kept of it. */
export const Message = z.string().transform((text) => text.slice(0, MAX_TEXT).toWellFormed());

/** A time as Gitee writes it (`2018-02-05T23:46:46+08:00`), in ms since the epoch; null where it is none. */
export const Time = z
  .string()
  .nullish()
  .transform((text) => {
    const at = Date.parse(text ?? '');
    return Number.isNaN(at) ? null : at;
  });

/** The names of labels. */
export const Labels = z
  .array(z.object({ name: Name }))
  .nullish()
  .transform((labels) => (labels ?? []).slice(0, MAX_LABELS).map(({ name }) => name));
