import type { Clock, Store } from '#core/ports.ts';

const PAGE = 100;

/**
 * Takes a member out and revokes their tokens; false where they were none. The tokens are of no use from the
 * first step on; they are revoked so that they stay so when the person comes back, and once more by whoever
 * removes a person again after a death in between.
 */
export async function removeMember(
  { store, now }: { store: Pick<Store, 'members' | 'tokens'>; now: Clock },
  team: string,
  email: string,
): Promise<boolean> {
  const removed = await store.members.remove(team, email);
  let after: string | null = null;
  do {
    const { items, next } = await store.tokens.list(team, email, { limit: PAGE, after });
    const good = items.filter(({ revoked_at }) => revoked_at === null);
    await Promise.all(good.map(({ id }) => store.tokens.revoke(id, now())));
    after = next;
  } while (after !== null);
  return removed;
}
