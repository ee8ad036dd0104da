import { clean } from '../kit/text.ts';

const DAY_MS = 24 * 3_600_000;

/** Who somebody is: a person, else the token that no person made. */
export function whoText(email: string | null, tokenId: string | null): string {
  return clean(email ?? (tokenId === null ? 'somebody' : `the token ${tokenId}`));
}

/** How long something is good, as the end of a line; nothing where it is good for ever. */
export function days(expiresAt: string | null, now = Date.now()): string {
  if (expiresAt === null) return '';
  const left = Math.ceil((Date.parse(expiresAt) - now) / DAY_MS);
  return left <= 1 ? ', until tomorrow at most' : `, for ${left} days`;
}
