import { describe, expect, it } from 'vitest';
import { parseEnv, TeamsEnv } from '#handlers/env.ts';

describe('TEAMS', () => {
  it.each([
    ['acme,other', ['acme', 'other']],
    [' acme , other ', ['acme', 'other']],
    ['acme', ['acme']],
    [',', []],
    ['', []],
  ])('%j names %j', (TEAMS, prefixes) => {
    expect(parseEnv(TeamsEnv, { TEAMS }).TEAMS).toEqual(new Set(prefixes));
  });

  it('means every team where it is left out', () => {
    expect(parseEnv(TeamsEnv, {}).TEAMS).toBeUndefined();
  });

  it.each(['acme/shop', 'Acme', 'acme;other', '*'])(
    'is refused with %j: no team has that prefix',
    (TEAMS) => {
      expect(() => parseEnv(TeamsEnv, { TEAMS })).toThrow('TEAMS');
    },
  );
});
