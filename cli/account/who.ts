import { clean } from '../kit/text.ts';

/** Who somebody is: a person, else the token that no person made. */
export function whoText(email: string | null, tokenId: string | null): string {
  return clean(email ?? (tokenId === null ? 'somebody' : `the token ${tokenId}`));
}
