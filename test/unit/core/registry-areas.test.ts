import { describe, expect, it } from 'vitest';
import { isArtifactRegistry, packageOf } from '#adapters/artifact-registry/names.ts';
import { pathIn, prefixOf, RegistryArea } from '#core/registry-areas.ts';

const GOOGLE = 'europe-west1-docker.pkg.dev/project';

describe('an area of a registry', () => {
  it.each([
    `${GOOGLE}/{team}-staging`,
    `${GOOGLE}/bitflow-{team}`,
    `${GOOGLE}/bitflow-{team}-cache`,
    '127.0.0.1:5000/staging/{team}',
    'registry.example.com/{team}/staging',
  ])('may be %s', (area) => {
    expect(RegistryArea.parse(area)).toBe(area);
  });

  it.each([
    ['no team', `${GOOGLE}/staging`],
    ['two', `${GOOGLE}/{team}/{team}`],
    ['another placeholder', `${GOOGLE}/{name}`],
    ['a team that runs into a word', `${GOOGLE}/{team}staging`],
    ['a team for a host', '{team}.example.com/staging'],
    ['a scheme', `https://${GOOGLE}/{team}`],
    ['a slash at its end', `${GOOGLE}/{team}/`],
    ['a tag', `${GOOGLE}/{team}:latest`],
    ['nothing', ''],
  ])('may not have %s: %s', (_, area) => {
    expect(RegistryArea.safeParse(area).error?.issues).toMatchObject([
      { message: expect.stringContaining('{team}') },
    ]);
  });
});

describe('the path of an image', () => {
  it('has the team where the area says, and the rest below', () => {
    expect(pathIn(`${GOOGLE}/{team}-release`, 'acme/shop/api')).toBe(`${GOOGLE}/acme-release/shop/api`);
    expect(pathIn('127.0.0.1:5000/staging/{team}', 'acme/shop')).toBe('127.0.0.1:5000/staging/acme/shop');
    expect(pathIn('host/{team}/staging', 'a-b/acme/acme')).toBe('host/a-b/staging/acme/acme');
  });

  it('is of one team', () => {
    expect(prefixOf('acme/shop/api')).toBe('acme');
    for (const name of ['acme', 'acme/', '/shop', '']) expect(() => prefixOf(name)).toThrow('without a team');
  });

  it('is a package of a repository of the team’s in Artifact Registry', () => {
    const path = pathIn(`${GOOGLE}/{team}-release`, 'acme/shop/api');
    expect(isArtifactRegistry(path)).toBe(true);
    expect(packageOf(path)).toBe(
      'projects/project/locations/europe-west1/repositories/acme-release/packages/shop%2Fapi',
    );
  });
});
