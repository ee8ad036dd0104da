import { UserError } from '#core/errors.ts';

/** The two parts of a repository's name. Throws UserError('refused') where it has others. */
export function ownerAndName(fullName: string): { owner: string; repo: string } {
  const [owner, repo, ...more] = fullName.split('/');
  if (owner && repo && more.length === 0) return { owner, repo };
  throw new UserError('refused', `${fullName} is no name of a repository at GitHub: it has to be owner/name`);
}
