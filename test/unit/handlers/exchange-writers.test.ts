import { describe, expect, it } from 'vitest';
import { Secret } from '#core/secret.ts';
import { parseEnv } from '#handlers/env.ts';
import { Env } from '#handlers/exchange/env.ts';
import { registryWriters } from '#handlers/exchange/writers.ts';

const email = (name: string) => `${name}@project.iam.gserviceaccount.com`;
const ACME = { trusted: email('acme-trusted'), forks: email('acme-forks') };
const OTHER = { trusted: email('other-trusted'), forks: email('other-forks') };
const USERS = {
  BUILDER_REGISTRY_USERNAME: 'builder',
  BUILDER_REGISTRY_PASSWORD: 'own',
  BUILDER_FORK_REGISTRY_USERNAME: 'fork-builder',
  BUILDER_FORK_REGISTRY_PASSWORD: 'fork',
};
const given = (teams: unknown) => ({ TEAM_WRITERS: JSON.stringify(teams) });

/** The registry part of the environment of `exchange`; what is wrong with the rest is none of this test's. */
function parsed(env: Record<string, string>) {
  const { shape } = Env;
  const complete = {
    GOOGLE_CLOUD_PROJECT: 'project',
    REGION: 'europe-west1',
    BUILDER_IMAGE: 'builder',
    BUILDER_ACCOUNT: email('builder'),
    BUILDER_FORK_ACCOUNT: email('fork-builder'),
    BUILDER_ACCOUNTS: email('builder'),
    EXCHANGE_URL: 'https://exchange.example/v1/exchange',
    CALLBACK_URL: 'https://callback.example',
    EXCHANGE_KEY: 'key',
    REGISTRY_STAGING: 'europe-west1-docker.pkg.dev/project/{team}-staging',
    REGISTRY_CACHE: 'europe-west1-docker.pkg.dev/project/{team}-cache',
  };
  const known = Object.entries(complete).filter(([name]) => name in shape);
  return parseEnv(Env, { ...Object.fromEntries(known), ...env });
}

/** Whose token is asked for. */
const tokenOf = async (account: string) => ({ username: 'oauth2accesstoken', password: new Secret(account) });
const writers = (env: Record<string, string>) => registryWriters(parsed(env), tokenOf);

describe('the writers of a team’s registries', () => {
  it('are the two accounts of that team: one for what is trusted, one for forks', async () => {
    const { registryCredential, provisioned } = writers(given({ acme: ACME, other: OTHER }));
    expect(provisioned).toEqual(new Set(['acme', 'other']));
    const whose = async (prefix: string, trusted: boolean) =>
      (await registryCredential(prefix, trusted))?.password.reveal();
    expect(await whose('acme', true)).toBe(ACME.trusted);
    expect(await whose('acme', false)).toBe(ACME.forks);
    expect(await whose('other', true)).toBe(OTHER.trusted);
    expect(await whose('other', false)).toBe(OTHER.forks);
  });

  it.each(['nobody', '__proto__', 'toString'])(
    'are nobody of a team that is not known: %s',
    async (prefix) => {
      const { registryCredential, provisioned } = writers(given({ acme: ACME }));
      expect(provisioned?.has(prefix)).toBe(false);
      await expect(registryCredential(prefix, true)).rejects.toThrow('nobody writes');
    },
  );

  it('may be of no team at all', () => {
    expect(writers(given({})).provisioned).toEqual(new Set());
  });

  it('are two users of another registry, for every team', async () => {
    const { registryCredential, provisioned } = writers(USERS);
    expect(provisioned).toBeNull();
    const asWhom = async (trusted: boolean) => {
      const credential = await registryCredential('acme', trusted);
      return [credential?.username, credential?.password.reveal()];
    };
    expect(await asWhom(true)).toEqual(['builder', 'own']);
    expect(await asWhom(false)).toEqual(['fork-builder', 'fork']);
  });
});

describe('the environment of the exchange', () => {
  it.each([
    ['no writers at all', {}],
    ['both kinds', { ...USERS, ...given({ acme: ACME }) }],
    ['no user for forks', { BUILDER_REGISTRY_USERNAME: 'builder', BUILDER_REGISTRY_PASSWORD: 'own' }],
    ['no JSON', { TEAM_WRITERS: 'acme' }],
    ['a list', given([ACME])],
    ['no account for forks', given({ acme: { trusted: ACME.trusted } })],
    ['a third account', given({ acme: { ...ACME, all: email('all') } })],
    ['no e-mail address', given({ acme: { ...ACME, forks: 'forks' } })],
    ['no prefix of a team', given({ 'acme/shop': ACME })],
    ['one account for both kinds', given({ acme: { trusted: ACME.trusted, forks: ACME.trusted } })],
    ['an account of another team', given({ acme: ACME, other: { ...OTHER, forks: ACME.trusted } })],
  ])('is refused with %s', (_, env) => {
    expect(() => parsed(env)).toThrow('TEAM_WRITERS');
  });

  it.each(['REGISTRY_STAGING', 'REGISTRY_CACHE'])('is refused where %s is not each team’s own', (name) => {
    expect(() => parsed({ ...USERS, [name]: 'europe-west1-docker.pkg.dev/project/all' })).toThrow(name);
  });
});
