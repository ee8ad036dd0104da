import { describe, expect, it } from 'vitest';
import {
  withoutSecret,
  withPatchedVariables,
  withSecretKept,
  withSecretNoted,
  withSettings,
  withVariables,
} from '#core/repository-settings.ts';
import { aRepository, T0 } from '#test/support/memory/examples.ts';

const repository = aRepository({
  variables: { build: { CI: '1', NODE_ENV: 'test' }, run: { PORT: '80' } },
  secrets: { TOKEN: { created_at: T0, updated_at: T0 + 1 } },
});

it('changes the settings that are given, also to a false one', () => {
  const shown = { ...repository, badge_public: true };
  const changed = withSettings(shown, {
    badge_public: false,
    default_branch: 'next',
    builder_type: undefined,
  });
  expect(changed).toEqual({ ...repository, badge_public: false, default_branch: 'next' });
});

describe('variables', () => {
  it('are replaced as a whole', () => {
    const variables = { build: { A: '1' }, run: {} };
    expect(withVariables(repository, variables)).toEqual({ ...repository, variables });
  });

  it('are set, removed and left by a patch, each kind for itself', () => {
    const changed = withPatchedVariables(repository, { build: { CI: null, NEW: '2', GONE: null } });
    expect(changed.variables).toEqual({ build: { NODE_ENV: 'test', NEW: '2' }, run: { PORT: '80' } });
    expect(withPatchedVariables(repository, {}).variables).toEqual(repository.variables);
  });

  it('may not have the name of a secret', () => {
    const taken = { build: {}, run: { TOKEN: 'x' } };
    expect(() => withVariables(repository, taken)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => withPatchedVariables(repository, { build: { TOKEN: 'x' } })).toThrow(/TOKEN/);
    expect(withVariables(repository, { build: { toString: 'x' }, run: {} }).variables.build).toEqual({
      toString: 'x',
    });
  });

  it('stay within their limits, also by a patch that is within them', () => {
    const many = (from: number) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`V${from + index}`, 'x']));
    const some = withPatchedVariables(repository, { run: many(0) });
    expect(() => withPatchedVariables(some, { run: many(60) })).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        problems: [{ path: 'run', message: 'may be 100 at most' }],
      }),
    );
    const large = { BIG: 'x'.repeat(32_768) };
    expect(() => withPatchedVariables(repository, { build: large })).toThrow(
      expect.objectContaining({ problems: [{ path: 'build', message: 'may have 32 KiB together' }] }),
    );
  });
});

describe('secrets', () => {
  it('are noted without a value, and a known one is left as it is', () => {
    const noted = withSecretNoted(repository, 'NEW', T0 + 5);
    expect(noted.secrets.NEW).toEqual({ created_at: T0 + 5, updated_at: null });
    expect(withSecretNoted(repository, 'TOKEN', T0 + 5)).toBe(repository);
  });

  it('keep the time of their creation when a value is kept', () => {
    expect(withSecretKept(repository, 'TOKEN', T0 + 7).secrets.TOKEN).toEqual({
      created_at: T0,
      updated_at: T0 + 7,
    });
    expect(withSecretKept(repository, 'NEW', T0 + 7).secrets.NEW).toEqual({
      created_at: T0 + 7,
      updated_at: T0 + 7,
    });
  });

  it('may not have the name of a variable, nor be more than a hundred', () => {
    expect(() => withSecretNoted(repository, 'PORT', T0)).toThrow(/name of a variable/);
    expect(() => withSecretNoted(repository, 'CI', T0)).toThrow(/name of a variable/);
    const names = Array.from({ length: 100 }, (_, index) => [
      `S${index}`,
      { created_at: T0, updated_at: T0 },
    ]);
    const full = { ...repository, secrets: Object.fromEntries(names) };
    expect(() => withSecretNoted(full, 'S100', T0)).toThrow(/100 secrets at most/);
    expect(withSecretNoted(full, 'S99', T0)).toBe(full);
  });

  it('are removed, unless they were set again meanwhile', () => {
    const removed = { created_at: T0, updated_at: T0 + 1 };
    expect(withoutSecret(repository, 'TOKEN', removed).secrets).toEqual({});
    const again = withSecretKept(repository, 'TOKEN', T0 + 9);
    expect(withoutSecret(again, 'TOKEN', removed)).toBe(again);
  });
});
