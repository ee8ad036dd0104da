import { describe, expect, it } from 'vitest';
import { type ByHandEnv, isByHand, parseByHand } from '#builder/by-hand/env.ts';
import { accessOf, makeGrant } from '#builder/by-hand/grant.ts';

const NEEDED = {
  BUILD_JOB_ID: 'job-1',
  REPO_CLONE_URL: 'https://deployer:s%40cret@git.example.com/acme/shop.git',
  IMAGE_TAG: 'ghcr.io/acme/shop:1.0',
};

function parsed(more: Record<string, string> = {}): ByHandEnv {
  const { env } = parseByHand({ ...NEEDED, ...more });
  if ('problems' in env) throw new Error(env.problems.join('; '));
  return env;
}

function problems(from: Record<string, string>): string {
  const { env } = parseByHand(from);
  return 'problems' in env ? env.problems.join('; ') : '';
}

describe('the environment of a builder by hand', () => {
  it('needs a name, a repository and an image; the rest has a default', () => {
    const grant = makeGrant(parsed(), { commit_sha: 'a'.repeat(40), ref: null });
    expect(grant).toMatchObject({
      build: {
        id: 'job-1',
        repository: 'acme/shop',
        root_directory: '.',
        builder_type: 'auto',
        timeout_s: 1800,
      },
      clone: {
        url: 'https://git.example.com/acme/shop.git',
        credential: { username: 'deployer', password: 's@cret' },
      },
      registry: { staging: 'ghcr.io/acme/shop', staging_tag: '1.0', cache_to: null, credential: null },
      commands: {},
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const empty = { BUILD_COMMAND: '', ROOT_DIRECTORY: '', CALLBACK_URL: '', GHCR_USER: '', REPO_REF: '' };
    expect(parsed(empty)).toEqual(parsed());
    expect(problems({ ...NEEDED, IMAGE_TAG: '' })).toMatch(/^IMAGE_TAG: is not set/);
  });

  it('names every problem at once, and no value', () => {
    const wrong = {
      ...{ CALLBACK_URL: 'ftp://hunter2', CALLBACK_TOKEN: 'hunter2', GHCR_TOKEN: 'hunter2' },
      ...{ REPO_CLONE_URL: 'http://hunter2:hunter2@git.example.com/a/b', REPO_REF: '--upload-pack=hunter2' },
      ...{ IMAGE_TAG: 'hunter2', ROOT_DIRECTORY: '../hunter2', BUILD_TIMEOUT_S: 'hunter2' },
      ...{
        BUILD_COMMAND: 'a\nb',
        CACHE_IMAGE: 'hunter2',
        DOCKER_HOST: 'ssh://hunter2',
        BITFLOW_ALLOW_HOSTS: '!',
      },
    };
    const said = problems(wrong);
    for (const name of ['BUILD_JOB_ID', 'GHCR_USER', ...Object.keys(wrong)]) {
      if (name !== 'CALLBACK_TOKEN' && name !== 'GHCR_TOKEN') expect(said).toContain(`${name}: `);
    }
    expect(said).not.toContain('hunter2');
  });

  it.each([
    ['CALLBACK_URL', { CALLBACK_TOKEN: 't' }],
    ['CALLBACK_TOKEN', { CALLBACK_URL: 'https://example.com' }],
    ['GHCR_USER', { GHCR_TOKEN: 't' }],
    ['GHCR_TOKEN', { GHCR_USER: 'u' }],
    ['DOCKER_CERT_PATH', { DOCKER_TLS_VERIFY: '1' }],
  ])('misses %s', (name, more) => {
    expect(problems({ ...NEEDED, ...more })).toMatch(new RegExp(`^${name}: is not set`));
  });

  it.each([
    ['./web/', 'web'],
    ['./', '.'],
    ['services/api', 'services/api'],
  ])('takes %s for the root directory %s', (given, meant) => {
    expect(parsed({ ROOT_DIRECTORY: given }).ROOT_DIRECTORY).toBe(meant);
  });

  it.each(['/', '/etc', 'a/../b', 'a//b'])('refuses the root directory %s', (given) => {
    expect(problems({ ...NEEDED, ROOT_DIRECTORY: given })).toMatch(/^ROOT_DIRECTORY: /);
  });

  it.each(['main', 'feature/x', 'v1.0', 'HEAD', 'refs/pull/1/head', 'a'.repeat(40)])('takes %s', (ref) => {
    expect(parsed({ REPO_REF: ref }).REPO_REF).toBe(ref);
  });

  it.each(['-x', 'a b', 'a..b', 'refs/heads/', 'a:b', '@'])('refuses %s as a ref', (ref) => {
    expect(problems({ ...NEEDED, REPO_REF: ref })).toMatch(/^REPO_REF: /);
  });

  it('clones over http, or from a private address, where that is allowed by name', () => {
    const url = { REPO_CLONE_URL: 'http://127.0.0.1:8080/a/b' };
    expect(problems({ ...NEEDED, ...url })).toMatch(/BITFLOW_ALLOW_HOSTS/);
    expect(parsed({ ...url, BITFLOW_ALLOW_HOSTS: '127.0.0.1:8080' })).toBeDefined();
  });

  it('gives the credential to the one registry only', () => {
    const access = accessOf(
      parsed({ GHCR_USER: 'u', GHCR_TOKEN: 't', CACHE_IMAGE: 'ghcr.io/acme/cache', BUILD_COMMAND: 'make' }),
    );
    expect(access.registry).toMatchObject({
      cache_from: ['ghcr.io/acme/cache'],
      cache_to: 'ghcr.io/acme/cache',
      credential: { username: 'u', password: 't' },
    });
    expect(problems({ ...NEEDED, CACHE_IMAGE: 'docker.io/acme/cache' })).toMatch(/^CACHE_IMAGE: must lie/);
  });

  it('keeps secrets out of sight', () => {
    const env = parsed({
      GHCR_USER: 'u',
      GHCR_TOKEN: 'hunter2',
      CALLBACK_URL: 'http://x',
      CALLBACK_TOKEN: 'hunter2',
    });
    expect(JSON.stringify(env)).not.toMatch(/hunter2|s@cret/);
  });

  it('knows where to tell of a wrong environment', () => {
    const callback = { BUILD_JOB_ID: 'job-1', CALLBACK_URL: 'https://example.com/x', CALLBACK_TOKEN: 't' };
    expect(parseByHand(callback)).toMatchObject({
      env: { problems: [expect.stringMatching(/^REPO_CLONE_URL/), expect.stringMatching(/^IMAGE_TAG/)] },
      callback: { CALLBACK_URL: callback.CALLBACK_URL },
    });
    expect(parseByHand(NEEDED).callback).toBeNull();
  });

  it('is meant wherever the service did not begin the build', () => {
    expect(isByHand({ BUILD_JOB_ID: 'job-1', BITFLOW_BUILD_ID: 'b-1' })).toBe(true);
    expect(isByHand({})).toBe(true);
    expect(isByHand({ BITFLOW_BUILD_ID: 'b-1' })).toBe(false);
  });
});
