import { z } from 'zod';
import { StackPlace } from '../client.ts';

/** What the git server tells its hook of a push. */
export const Told = z.object({
  /** The stack, and the addresses of the stand-ins of git hosts. */
  stack: StackPlace.extend({ hosts: z.array(z.url()) }),
  /** The git server's address. */
  git: z.url(),
  /** `owner/name`. */
  repository: z.string(),
});
export type Told = z.infer<typeof Told>;
