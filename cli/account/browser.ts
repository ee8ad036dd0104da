import type { Surroundings } from '../kit/streams.ts';

/**
 * Opens an address in the person's browser, where there is a person at this very machine. That it cannot be opened
 * is no matter: the address was shown.
 * @returns whether a browser was asked to.
 */
export async function openBrowser(address: string, around: Surroundings): Promise<boolean> {
  if (!someoneSitsHere(around)) return false;
  try {
    const { default: open } = await import('open');
    await open(address);
    return true;
  } catch {
    return false;
  }
}

/** A pipe and a CI job have nobody; over SSH the browser would open where nobody looks. */
function someoneSitsHere({ stdout, stderr, env }: Surroundings): boolean {
  return stdout.isTTY === true && stderr.isTTY === true && !env.CI && !env.SSH_CONNECTION;
}
