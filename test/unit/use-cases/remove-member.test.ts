import { expect, it } from 'vitest';
import { tokenHash } from '#core/ids.ts';
import { aMember, aToken, T0 } from '#test/support/memory/examples.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { removeMember } from '#use-cases/remove-member.ts';

const ANN = 'ann@acme.example';

/** Ann in team `acme`, with more tokens there than a page has, and one in another team. */
async function given() {
  const store = memoryStore();
  await store.members.put(aMember(ANN));
  for (let index = 0; index < 150; index++)
    await store.tokens.create(aToken(tokenHash(`${index}`), { owner: ANN, created_at: T0 + index }));
  await store.tokens.create(aToken(tokenHash('other'), { owner: ANN, team: 'other' }));
  await store.tokens.create(aToken(tokenHash('bob'), { owner: 'bob@acme.example' }));
  const good = async () => {
    const hashes = [...Array.from({ length: 150 }, (_, index) => `${index}`), 'other', 'bob'];
    const found = await Promise.all(hashes.map((name) => store.tokens.find(tokenHash(name))));
    return hashes.filter((_, index) => found[index]?.revoked_at === null);
  };
  return { store, good };
}

it('revokes all tokens of the member in that team, and nobody else’s', async () => {
  const { store, good } = await given();
  expect(await removeMember({ store, now: () => T0 }, 'acme', ANN)).toBe(true);
  expect(await good()).toEqual(['other', 'bob']);
});

it('goes on where a death left it, though the member is gone', async () => {
  const { store, good } = await given();
  const { revoke } = store.tokens;
  const killed = () => Promise.reject(new Error('killed'));
  store.tokens.revoke = killed;
  await expect(removeMember({ store, now: () => T0 }, 'acme', ANN)).rejects.toThrow('killed');
  store.tokens.revoke = revoke;
  expect(await removeMember({ store, now: () => T0 }, 'acme', ANN)).toBe(false);
  expect(await good()).toEqual(['other', 'bob']);
});
