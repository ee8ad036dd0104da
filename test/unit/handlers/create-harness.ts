import { z } from 'zod';
import { tokenHash } from '#core/ids.ts';
import { ALL_BUILDS, type RefLookup, type ReplayBus } from '#core/ports.ts';
import type { Provisioned } from '#core/provisioned.ts';
import { DEFAULT_LIMITS } from '#core/team.ts';
import { anApi } from '#test/support/api.ts';
import { aRegistry, aRepository, aTeam, sha } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

export const TOKEN = 'bft_0123456789abcdef';
export const limits = { ...DEFAULT_LIMITS, build_timeout_s: 3_600, machine_type: 'E2_HIGHCPU_8' } as const;
export const variables = { build: { CI: '1', MODE: 'repository' }, run: { PORT: '80', MODE: 'repository' } };
export const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`A${index}`, '']));
export const Answer = z.looseObject({ id: z.string() });

const KNOWN_REFS = ['refs/heads/main', 'refs/pull/7/head'];

/** The API of team `acme`, whose `acme/shop` has a branch `main` and a pull request 7; `head` is where both point. */
export async function aCreator(fields: { bus?: ReplayBus; provisioned?: Provisioned } = {}) {
  const service = aService();
  const tokens = new Map([[tokenHash(TOKEN), { id: 't-1', team: 'acme' }]]);
  const store = memoryStore({ tokens, teams: [aTeam({ limits })] });
  await store.repositories.create(
    aRepository({ variables, secrets: { TOKEN: { created_at: 1, updated_at: 1 } } }),
  );
  await store.registries.create(aRegistry({ credential_at: 1 }));
  await store.registries.create(aRegistry({ url: 'ghcr.io/bare' }));
  await store.registries.create(aRegistry({ team: 'other', url: 'ghcr.io/x', credential_at: 1 }));
  const head = { sha: sha('a') };
  const refs: RefLookup = {
    resolve: async (_, refs) =>
      new Map(refs.filter((ref) => KNOWN_REFS.includes(ref)).map((ref) => [ref, head.sha])),
  };
  const api = anApi({ ...fields, store, refs }, service);
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const sent = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers };
    const answer = await api.request(path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json(), headers: answer.headers };
  };
  const create = (body: object, headers?: Record<string, string>) =>
    post('/v1/builds', { repository_id: 'acme/shop', ...body }, headers);
  const stored = async (body: unknown) => store.builds.get(Answer.parse(body).id);
  const all = async () => (await store.builds.list('acme', ALL_BUILDS, { limit: 100, after: null })).items;
  return { service, api, store, head, post, create, stored, all };
}
