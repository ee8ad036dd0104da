import type { z } from 'zod';

/** What a schema found, in its words: of a record's name that is wrong, the schema of names says why, within. */
export function issueText(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' && issue.issues[0]?.message) || issue.message;
}
