import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegistryHttp } from '#adapters/registry/http.ts';
import { Secret } from '#core/secret.ts';
import { realRegistry } from '#test/support/real-registry.ts';

/** What each user of the local registry may do below each area, as the accounts in the cloud may. */
const MAY = [
  ['builder', 'staging', 'push'],
  ['builder', 'cache', 'push'],
  ['builder', 'release', 'nothing'],
  ['forkBuilder', 'staging', 'push'],
  ['forkBuilder', 'cache', 'pull'],
  ['forkBuilder', 'release', 'nothing'],
  ['promoter', 'staging', 'pull'],
  ['promoter', 'cache', 'nothing'],
  ['promoter', 'release', 'push'],
] as const;

describe('the users of the local registry', () => {
  let registry: Awaited<ReturnType<typeof realRegistry>>;
  beforeAll(async () => {
    registry = await realRegistry();
  });
  afterAll(() => registry.close());

  it.each(MAY)('%s: below %s it may %s', async (who, area, most) => {
    const { address } = registry;
    const user = { builder: registry.reader, forkBuilder: registry.forkBuilder, promoter: registry.user }[
      who
    ];
    const credential = { username: user.username, password: new Secret(user.password) };
    const http = new RegistryHttp({ insecure: [address], credential: async () => credential });
    const name = `${area}/acme/shop`;
    const ask = async (method: 'GET' | 'POST', path: string, actions: string) => {
      const url = `${http.base(address)}/v2/${name}/${path}`;
      const answer = await http.send(address, url, { method, scopes: [`repository:${name}:${actions}`] });
      await answer.body?.cancel();
      return answer.status;
    };
    const pulled = await ask('GET', 'manifests/none', 'pull');
    expect(pulled).toBe(most === 'nothing' ? 401 : 404);
    expect(await ask('POST', 'blobs/uploads/', 'pull,push')).toBe(most === 'push' ? 202 : 401);
  });
});
