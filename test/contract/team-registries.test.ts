import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { publicFetch } from '#adapters/public-fetch.ts';
import { ociRegistry } from '#adapters/registry/oci-registry.ts';
import { teamRegistries } from '#adapters/registry/team-registries.ts';
import { TransientError, UserError } from '#core/errors.ts';
import type { Registry } from '#core/ports.ts';
import { type RegistryCredential, type RegistryKind, registrySecretId } from '#core/registry.ts';
import { Secret } from '#core/secret.ts';
import { startEcr } from '#local/ecr/server.ts';
import { freeAddresses } from '#local/ports.ts';
import { listen } from '#test/support/listen.ts';
import { aRegistry, digestOf, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';
import { realRegistry } from '#test/support/real-registry.ts';
import { imagePusher } from '#test/support/registry-images.ts';

type Real = Awaited<ReturnType<typeof realRegistry>>;

/** Opens a registry of team `acme` as the functions do. */
async function opened(
  registry: { kind: RegistryKind; url: string },
  credential: RegistryCredential | null,
  settings: { allow?: readonly string[]; ecrEndpoint?: string; source?: Real } = {},
): Promise<Registry> {
  const store = memoryStore();
  const secrets = memorySecrets();
  const known = aRegistry({ ...registry, credential_at: T0 });
  await store.registries.create(known);
  if (credential !== null)
    await secrets.put(registrySecretId(known.id), new Secret(JSON.stringify(credential)));
  const { allow = [], ecrEndpoint, source } = settings;
  const reach = teamRegistries({ store, secrets, allow, ecrEndpoint });
  const { access, ecr } = await reach('acme', registry.url);
  const opened = ociRegistry(access, source?.access);
  return ecr === null ? opened : ecr.withRepositories(opened);
}

const ANYBODY = { username: 'anybody', password: 'wrong' };

/** A server on this machine, until the end of the test. @returns `host:port`. */
async function serving(listener: RequestListener): Promise<string> {
  const { address, close } = await listen(createServer(listener));
  onTestFinished(close);
  return address;
}

describe('a team’s own registry', () => {
  let [source, target] = [null, null] as [Real | null, Real | null];
  beforeAll(async () => {
    [source, target] = await Promise.all([realRegistry(), realRegistry()]);
  });
  afterAll(async () => {
    await source?.close();
    await target?.close();
  });
  function both(): { source: Real; target: Real; allow: string[] } {
    if (source === null || target === null) throw new Error('the registries did not start');
    return { source, target, allow: [target.address, target.tokens] };
  }

  it('is copied to from the installation’s, each with its own credential', async () => {
    const { source, target, allow } = both();
    const from = `${source.address}/release/acme/app`;
    const push = imagePusher(source.access);
    const { digest } = await push.index(from, 'v1', [await push.image(from, null, 'app')]);
    const url = `${target.address}/release`;
    const registry = await opened({ kind: 'other', url }, target.user, { allow, source });
    await registry.copy(from, digest, `${url}/acme/app`);
    await registry.copy(from, digest, `${url}/acme/app`);
    await registry.putTag(`${url}/acme/app`, 'v1', digest);
    expect(await registry.digest(`${url}/acme/app`, 'v1')).toBe(digest);
    await registry.removeTag(`${url}/acme/app`, 'v1');
    expect(await registry.digest(`${url}/acme/app`, 'v1')).toBeNull();
  });

  it('says what to do where its credential is not good, or may not write', async () => {
    const { source, target, allow } = both();
    const from = `${source.address}/release/acme/denied`;
    const { digest } = await imagePusher(source.access).image(from, null, 'app');
    const url = `${target.address}/release`;
    for (const credential of [ANYBODY, target.reader]) {
      const registry = await opened({ kind: 'other', url }, credential, { allow, source });
      const copying = registry.copy(from, digest, `${url}/acme/denied`);
      await expect(copying).rejects.toThrow(UserError);
      await expect(copying).rejects.toThrow(/refused.*Check the credential of rg-[0-9a-f]+/);
    }
  });

  it('is refused without a credential, or where it is not connected', async () => {
    await expect(opened({ kind: 'ghcr', url: 'ghcr.io/acme' }, null)).rejects.toThrow('has no credential');
    const reach = teamRegistries({
      ...{ store: memoryStore(), secrets: memorySecrets() },
      ...{ allow: [], ecrEndpoint: undefined },
    });
    await expect(reach('acme', 'ghcr.io/acme')).rejects.toThrow('is not connected');
  });

  it('makes ECR’s repositories where they are missing, with a token of its access key', async () => {
    const { source, target, allow } = both();
    const [address = ''] = await freeAddresses(1);
    const ecr = await startEcr({ address, accessKeyId: 'AKIA1', registry: target.user });
    onTestFinished(() => ecr.close());
    const from = `${source.address}/release/acme/ecr`;
    const { digest } = await imagePusher(source.access).image(from, null, 'app');
    const url = target.address;
    const settings = { allow, source, ecrEndpoint: ecr.endpoint };
    const key = { username: 'AKIA1', password: 'secret' };
    const registry = await opened({ kind: 'ecr', url }, key, settings);
    for (const _ of [1, 2]) await registry.copy(from, digest, `${url}/release/acme/ecr`);
    expect(ecr.repositories).toEqual(['release/acme/ecr']);
    expect(await registry.digest(`${url}/release/acme/ecr`, digest)).toBe(digest);
    const denied = await opened({ kind: 'ecr', url }, { ...key, username: 'AKIA2' }, settings);
    await expect(denied.copy(from, digest, `${url}/release/acme/ecr`)).rejects.toThrow(UserError);
    const away = await opened({ kind: 'ecr', url }, key, { ...settings, ecrEndpoint: 'http://127.0.0.1:9' });
    await expect(away.copy(from, digest, `${url}/release/acme/ecr`)).rejects.toThrow(TransientError);
  });
});

describe('what a team’s registry can make us do', () => {
  const asked: string[] = [];
  const secret = () =>
    serving((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"token":"t"}');
    });

  it('is not to connect to private addresses: by name, as an address, by a redirect', async () => {
    const inside = await secret();
    const door = await serving((_, response) => {
      response.writeHead(302, { location: `http://${inside}/metadata` }).end();
    });
    const send = publicFetch([door]);
    const port = inside.split(':')[1];
    const addresses = [inside, `localhost:${port}`, `[::1]:${port}`, `[::ffff:127.0.0.1]:${port}`, door];
    for (const address of addresses)
      await expect(send(`http://${address}/`)).rejects.toThrow('points to a private address');
    expect(asked).toEqual([]);
    expect((await publicFetch([inside])(`http://${inside}/`)).status).toBe(200);
  });

  it('is not to send our credential to an address inside, as its token server', async () => {
    const inside = await secret();
    const before = asked.length;
    const door = await serving((_, response) => {
      response
        .writeHead(401, { 'www-authenticate': `Bearer realm="http://${inside}/token",service="x"` })
        .end();
    });
    const registry = await opened({ kind: 'other', url: door }, ANYBODY, { allow: [door] });
    await expect(registry.digest(`${door}/acme/app`, 'v1')).rejects.toThrow('points to a private address');
    expect(asked).toHaveLength(before);
  });

  it.each([
    ['an authentication that nobody knows', { 'www-authenticate': 'Negotiate' }],
    ['a token server that is no address', { 'www-authenticate': 'Bearer realm="nonsense"' }],
  ])('is not to be taken for our fault, with %s', async (_, headers) => {
    const door = await serving((_, response) => {
      response.writeHead(401, headers).end();
    });
    const registry = await opened({ kind: 'other', url: door }, ANYBODY, { allow: [door] });
    await expect(registry.digest(`${door}/acme/app`, 'v1')).rejects.toThrow(UserError);
  });

  it('is not to be asked for ever where it says that there is no such place', async () => {
    const door = await serving((request, response) => {
      response.writeHead(request.method === 'HEAD' ? 404 : 400).end('{"errors":[{"code":"NAME_UNKNOWN"}]}');
    });
    const registry = await opened({ kind: 'other', url: door }, ANYBODY, { allow: [door] });
    const putting = registry.putTag(`${door}/acme/app`, 'v1', digestOf('1'));
    await expect(putting).rejects.toThrow(/refused: could not read.*NAME_UNKNOWN/);
  });

  it('is not to fill our memory', async () => {
    let sent = 0;
    const door = await serving((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    const registry = await opened({ kind: 'other', url: door }, ANYBODY, { allow: [door] });
    await expect(registry.putTag(`${door}/acme/app`, 'v1', digestOf('1'))).rejects.toThrow(
      'larger than 4 MiB',
    );
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('is to come again where it is away, or answers 5xx', async () => {
    const [nobody = ''] = await freeAddresses(1);
    const broken = await serving((_, response) => {
      response.writeHead(503).end('later');
    });
    for (const url of [nobody, broken]) {
      const registry = await opened({ kind: 'other', url }, ANYBODY, { allow: [url] });
      await expect(registry.digest(`${url}/acme/app`, 'v1')).rejects.toThrow(TransientError);
    }
  });
});
