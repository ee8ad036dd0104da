import type { Screen } from '../kit/screen.ts';
import { clean } from '../kit/text.ts';
import { when } from '../kit/when.ts';

/** Who somebody is: a person, else the token that no person made. */
export function whoText(email: string | null, tokenId: string | null): string {
  return clean(email ?? (tokenId === null ? 'somebody' : `the token ${tokenId}`));
}

/** When something ends, as the end of a line; nothing where it does not. */
export function ending(screen: Screen, expiresAt: string | null): string {
  return expiresAt === null ? '' : `, ends ${when(screen, expiresAt)}`;
}
