import { expect, it } from 'vitest';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { UserError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** A registry over https, as what answers would have it, and the addresses that it was asked at. */
function registry(answer: (url: string, init: RequestInit | undefined) => Response) {
  const asked: string[] = [];
  const access = {
    credential: async () => ({ username: 'robot', password: new Secret('hush') }),
    insecure: [],
    denied: (what: string) => new UserError('refused', what),
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      asked.push(String(input));
      return answer(String(input), init);
    },
  };
  return { asked, registry: ociRegistry(access) };
}

it('sends no credential to a token server without https', async () => {
  const challenge = { 'www-authenticate': 'Bearer realm="http://tokens.example.com/token",service="r"' };
  const { asked, registry: own } = registry(() => new Response(null, { status: 401, headers: challenge }));
  await expect(own.digest('registry.example.com/app', 'v1')).rejects.toThrow('without https');
  expect(asked).toEqual(['https://registry.example.com/v2/app/manifests/v1']);
});

it('sends no image to an upload address without https', async () => {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 1 };
  const text = JSON.stringify({ config, layers: [] });
  const bytes = new TextEncoder().encode(text);
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
  const { asked, registry: own } = registry((_, init) => {
    if (init?.method === 'GET') return new Response(text);
    const location = 'http://uploads.example.com/1';
    return init?.method === 'POST'
      ? new Response(null, { status: 202, headers: { location } })
      : new Response(null, { status: 404 });
  });
  const copying = own.copy('registry.example.com/staging', `sha256:${hash}`, 'registry.example.com/app');
  await expect(copying).rejects.toThrow('without https');
  expect(asked.filter((url) => !url.startsWith('https:'))).toEqual([]);
});
