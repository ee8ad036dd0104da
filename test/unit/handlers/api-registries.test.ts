import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { registryId, tokenHash } from '#core/ids.ts';
import { registrySecretId } from '#core/registry.ts';
import type { Secret } from '#core/secret.ts';
import { anApi } from '#test/support/api.ts';
import { aRegistry, aRepository, aTeam, digestOf, SHOP } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { memorySecrets } from '#test/support/memory/secrets.ts';
import { aService, PATHS } from '#test/unit/use-cases/harness.ts';

const TOKEN = 'bft_0123456789abcdef';
const CREDENTIAL = { username: 'robot', password: 'hush-hush' };
const Registry = z.looseObject({ id: z.string() });

/** The API of team `acme` with the repository `acme/shop`, and a registry of another team. */
async function given() {
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ tokens, teams: [aTeam(), aTeam({ id: 'other' })] });
  await store.repositories.create(aRepository());
  const foreign = aRegistry({ team: 'other', url: 'ghcr.io/other' });
  await store.registries.create(foreign);
  const service = aService();
  const secrets = memorySecrets();
  const api = anApi({ store, secrets }, service);
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await api.request(path, { method, headers, ...sent });
    const text = await answer.text();
    return { status: answer.status, text, body: text === '' ? null : JSON.parse(text) };
  };
  return { ask, store, secrets, service, foreign };
}

const GHCR = { kind: 'ghcr', url: 'ghcr.io/acme' };

describe('/v1/registries', () => {
  it('connects one, lists and shows it, and never says its credential', async () => {
    const { ask, secrets } = await given();
    const connected = await ask('POST', '/v1/registries', { ...GHCR, credential: CREDENTIAL });
    expect(connected).toMatchObject({
      status: 201,
      body: { ...GHCR, credential_set_at: expect.any(String) },
    });
    const { id } = Registry.parse(connected.body);
    const listed = await ask('GET', '/v1/registries');
    expect(listed.body).toEqual({ registries: [connected.body], next_cursor: null });
    const shown = await ask('GET', `/v1/registries/${id}`);
    expect(shown.body).toEqual(connected.body);
    for (const { text } of [connected, listed, shown]) expect(text).not.toContain(CREDENTIAL.password);
    const kept = await secrets.get(registrySecretId(id));
    expect(JSON.parse(kept?.reveal() ?? '')).toEqual(CREDENTIAL);
  });

  it('connects one once, and takes a credential later', async () => {
    const { ask } = await given();
    const { body } = await ask('POST', '/v1/registries', GHCR);
    expect(body).toMatchObject({ credential_set_at: null });
    expect(await ask('POST', '/v1/registries', GHCR)).toMatchObject({ status: 409 });
    const { id } = Registry.parse(body);
    expect(await ask('PUT', `/v1/registries/${id}/credential`, CREDENTIAL)).toMatchObject({ status: 204 });
    const { body: shown } = await ask('GET', `/v1/registries/${id}`);
    expect(shown).toMatchObject({ credential_set_at: expect.any(String) });
  });

  it.each(['put', 'remove'] as const)(
    'keeps no credential of one that is disconnected meanwhile: %s',
    async (at) => {
      const { ask, secrets } = await given();
      const { id } = Registry.parse((await ask('POST', '/v1/registries', GHCR)).body);
      const [set, disconnect] = [
        () => ask('PUT', `/v1/registries/${id}/credential`, CREDENTIAL),
        () => ask('DELETE', `/v1/registries/${id}`),
      ];
      const [first, meanwhile] = at === 'put' ? [set, disconnect] : [disconnect, set];
      const real = secrets[at].bind(secrets);
      let other: Promise<unknown> | null = null;
      Object.assign(secrets, {
        [at]: async (name: string, value: Secret) => {
          if (at === 'remove') await real(name, value);
          if (other === null) {
            other = meanwhile();
            await other;
          }
          if (at === 'put') await real(name, value);
        },
      });
      expect(await first()).toMatchObject({ status: at === 'put' ? 404 : 204 });
      expect(secrets.ids()).toEqual([]);
    },
  );

  it('forgets the credential of one that is disconnected', async () => {
    const { ask, secrets } = await given();
    const { body } = await ask('POST', '/v1/registries', { ...GHCR, credential: CREDENTIAL });
    const { id } = Registry.parse(body);
    expect(await ask('DELETE', `/v1/registries/${id}`)).toMatchObject({ status: 204 });
    expect(await secrets.get(registrySecretId(id))).toBeNull();
    expect(await ask('GET', `/v1/registries/${id}`)).toMatchObject({ status: 404 });
    expect(await ask('DELETE', `/v1/registries/${id}`)).toMatchObject({ status: 404 });
  });

  it.each([
    ['a private address', { kind: 'other', url: '10.0.0.1/acme' }, 422],
    ['the wrong host for its kind', { kind: 'ghcr', url: 'gcr.io/acme' }, 422],
    ['a scheme', { kind: 'ghcr', url: 'https://ghcr.io/acme' }, 400],
    ['a kind that there is not', { kind: 'quay', url: 'quay.io/acme' }, 400],
    ['a field that there is not', { ...GHCR, token: 'x' }, 400],
    ['a credential without a password', { ...GHCR, credential: { username: 'x' } }, 400],
  ])('refuses %s', async (_, asked, status) => {
    const { ask, store } = await given();
    expect(await ask('POST', '/v1/registries', asked)).toMatchObject({ status });
    expect(await store.registries.list('acme')).toEqual([]);
  });

  it('has nothing of another team', async () => {
    const { ask, foreign, store } = await given();
    const path = `/v1/registries/${foreign.id}`;
    expect(await ask('GET', path)).toMatchObject({ status: 404 });
    expect(await ask('PUT', `${path}/credential`, CREDENTIAL)).toMatchObject({ status: 404 });
    expect(await ask('DELETE', path)).toMatchObject({ status: 404 });
    expect(await ask('GET', `/v1/repositories/acme%2Fshop/images?registry_id=${foreign.id}`)).toMatchObject({
      status: 404,
    });
    expect(await store.registries.get(foreign.id)).toEqual(foreign);
    const own = await ask('POST', '/v1/registries', { kind: 'ghcr', url: 'ghcr.io/other' });
    expect(own).toMatchObject({ status: 201, body: { id: registryId('acme', 'ghcr.io/other') } });
  });
});

describe('/v1/repositories/{id}/images', () => {
  const IMAGES = '/v1/repositories/acme%2Fshop/images';

  async function withImage() {
    const made = await given();
    made.service.registry.push(`${PATHS.release}/shop`, 'v1', digestOf('1'));
    return made;
  }

  it('shows, moves, removes and deletes', async () => {
    const { ask, store } = await withImage();
    const shown = { digest: digestOf('1'), tags: ['v1'], build: null, age_s: null };
    expect((await ask('GET', IMAGES)).body).toMatchObject({ images: [shown], next_cursor: null });
    expect((await ask('GET', `${IMAGES}/${digestOf('1')}`)).body).toMatchObject({
      ...shown,
      reference: `${PATHS.release}/shop@${digestOf('1')}`,
    });
    const moved = await ask('PUT', `${IMAGES}/tags/v2`, { digest: digestOf('1') });
    expect(moved).toMatchObject({ status: 200, body: { tag: 'v2', digest: digestOf('1'), written: true } });
    const needed = await ask('DELETE', `${IMAGES}/${digestOf('1')}`);
    const errors = ['v1', 'v2'].map((tag) => ({ path: 'digest', message: `needed by the tag ${tag}` }));
    expect(needed).toMatchObject({ status: 409, body: { errors } });
    for (const tag of ['v1', 'v2'])
      expect(await ask('DELETE', `${IMAGES}/tags/${tag}`)).toMatchObject({ status: 204 });
    expect(await store.tags.get(SHOP, 'v2')).toMatchObject({ digest: null });
    expect(await ask('DELETE', `${IMAGES}/${digestOf('1')}`)).toMatchObject({ status: 204 });
    expect((await ask('GET', IMAGES)).body).toEqual({ images: [], next_cursor: null });
  });

  it.each([
    ['GET', `/${digestOf('9')}`, undefined, 404],
    ['GET', '/sha256:nonsense', undefined, 404],
    ['DELETE', '/nonsense', undefined, 404],
    ['DELETE', '/tags/none', undefined, 404],
    ['PUT', '/tags/v2', { digest: digestOf('9') }, 422],
    ['PUT', '/tags/v2', { digest: 'v1' }, 400],
    ['PUT', '/tags/-v2', { digest: digestOf('1') }, 400],
    ['PUT', '/tags/v2', { digest: digestOf('1'), force: true }, 400],
    ['GET', '?limit=0', undefined, 400],
    ['GET', '?registry_id=rg-none', undefined, 404],
  ] as const)('answers %s %s (%o) with %i', async (method, path, body, status) => {
    const { ask } = await withImage();
    expect(await ask(method, `${IMAGES}${path}`, body)).toMatchObject({ status });
  });
});
