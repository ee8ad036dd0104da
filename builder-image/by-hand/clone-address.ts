import { Secret } from '#core/secret.ts';

/** A clone address, and the credential that it held. */
export interface CloneAddress {
  readonly url: string;
  readonly credential: { readonly username: string; readonly password: Secret } | null;
}

/**
 * Takes user and password out of a clone address, so that neither git nor any message ever sees them in it.
 * A host's token may also stand alone in the user's place (`https://TOKEN@host/…`). Null: it is no URL.
 */
export function splitCloneAddress(text: string): CloneAddress | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url: text, credential: null };
  // Only the authority is cut out: the rest is checked as it was written.
  const bare = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
  try {
    const username = decodeURIComponent(url.username);
    const password = new Secret(decodeURIComponent(url.password));
    return { url: bare, credential: { username, password } };
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
