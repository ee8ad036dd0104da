/**
 * Whether a server answers at all: 401 counts, no name, no route, no TLS, or a proxy's refusal (403) do not.
 *
 * @param {string} url
 * @returns {Promise<boolean>}
 */
export async function answers(url) {
  try {
    const response = await fetch(url, {
      method: 'GET',
      redirect: 'manual',
      signal: AbortSignal.timeout(3_000),
    });
    await response.body?.cancel();
    return response.status !== 403 && response.status < 500;
  } catch {
    return false;
  }
}
