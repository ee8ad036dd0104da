import { TransientError, UserError } from '#core/errors.ts';
import { Problem } from '../cloud/problem.ts';
import { signInOfProject } from '../sign-in/in-project.ts';
import type { SignIn } from '../sign-in/set-up.ts';
import { countFor } from './quota-project.ts';

/** What `npm run sign-in` does. */
export async function setUpSignIn(project: string, wanted: SignIn): Promise<readonly string[]> {
  countFor(project);
  try {
    return await signInOfProject(project, wanted);
  } catch (error) {
    if (!(error instanceof UserError || error instanceof TransientError)) throw error;
    throw new Problem(error.message, 'see docs/teams.md; it is safe to run again', { cause: error });
  }
}
