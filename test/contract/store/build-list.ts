import { describe, expect, it } from 'vitest';
import type { Build } from '#core/build.ts';
import type { BuilderReport } from '#core/events.ts';
import { ALL_BUILDS, type BuildFilters, type Store } from '#core/ports.ts';
import { T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore, seedBuild } from './subject.ts';

/** One value of each filter, to be combined. */
const ONE_OF_EACH = {
  repositoryId: 'r-1',
  statuses: ['queued', 'failed'],
  ref: 'refs/heads/main',
  builderType: 'nixpacks',
} as const satisfies Partial<BuildFilters>;

/** Every combination of these filters, none and all of them included. */
function combinations(): BuildFilters[] {
  let all: BuildFilters[] = [ALL_BUILDS];
  for (const [name, value] of Object.entries(ONE_OF_EACH))
    all = all.flatMap((filters) => [filters, { ...filters, [name]: value }]);
  return all;
}

function isWanted(build: Build, filters: BuildFilters): boolean {
  return (
    build.team === 'acme' &&
    (filters.repositoryId === null || build.repository_id === filters.repositoryId) &&
    (filters.statuses === null || filters.statuses.includes(build.status)) &&
    (filters.ref === null || build.ref === filters.ref) &&
    (filters.builderType === null ||
      build.builder_type === filters.builderType ||
      (build.builder_type === null && build.requested_builder === filters.builderType)) &&
    (filters.since === null || build.created_at >= filters.since)
  );
}

/** Two builds of everything that a filter tells apart, each created a second after the one before. */
async function seedMany(store: Store): Promise<Build[]> {
  const made: Build[] = [];
  for (const repository_id of ['r-1', 'r-2'])
    for (const status of ['queued', 'failed', 'succeeded'] as const)
      for (const ref of ['refs/heads/main', 'refs/heads/other'])
        for (const builder of ['nixpacks', 'dockerfile'] as const)
          for (const builder_type of [null, builder]) {
            const requested_builder = builder_type === null ? builder : 'auto';
            const fields = { repository_id, status, ref, builder_type, requested_builder } as const;
            const at = T0 + made.length * 1000;
            made.push(await seedBuild(store, `${made.length}`, { ...fields, created_at: at }));
          }
  await seedBuild(store, 'of another team', { team: 'other', repository_id: 'r-1' });
  return made;
}

export function describeBuildList(make: MakeStore): void {
  describe('builds.list with filters', () => {
    const subject = eachTest(make);

    it('takes every combination of filters, from any time on', async () => {
      const { store } = subject();
      const made = await seedMany(store);
      for (const combined of combinations()) {
        for (const since of [null, T0 + 9000]) {
          const filters = { ...combined, since };
          const { items, next } = await store.builds.list('acme', filters, { limit: 99, after: null });
          const wanted = made.filter((build) => isWanted(build, filters)).toReversed();
          expect(items, JSON.stringify(filters)).toEqual(wanted);
          expect(next).toBeNull();
          expect(items.length).toBeGreaterThan(0);
        }
      }
    }, 60_000);

    it('pages through what is left by the filters', async () => {
      const { store } = subject();
      const made = await seedMany(store);
      const filters: BuildFilters = { ...ALL_BUILDS, statuses: ['failed', 'succeeded'], since: T0 + 10_000 };
      const seen: Build[] = [];
      let after: string | null = null;
      do {
        const page = await store.builds.list('acme', filters, { limit: 7, after });
        seen.push(...page.items);
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(made.filter((build) => isWanted(build, filters)).toReversed());
    });

    it('finds what an id starts with, by id, of one team', async () => {
      const { store } = subject();
      const made = await seedMany(store);
      const ids = made.map(({ id }) => id).toSorted();
      const startingWith = async (prefix: string, limit = 99) =>
        (await store.builds.startingWith('acme', prefix, limit)).map(({ id }) => id);
      expect(await startingWith('b-')).toEqual(ids);
      expect(await startingWith('b-', 3)).toEqual(ids.slice(0, 3));
      const [first = '', last = ''] = [ids[0], ids.at(-1)];
      for (const prefix of [first, first.slice(0, 3), last, last.slice(0, 4)])
        expect(await startingWith(prefix)).toEqual(ids.filter((id) => id.startsWith(prefix)));
      expect(await startingWith(`${first}0`)).toEqual([]);
    });

    it('finds a build under the builder that was chosen, once it was', async () => {
      const { store } = subject();
      const running = {
        status: 'running',
        attempt: 1,
        cloud_build_id: 'cb-1',
        bound: true,
        order: 1,
      } as const;
      const { id } = await seedBuild(store, 'one', running);
      const listed = async (builderType: BuildFilters['builderType']) => {
        const filters = { ...ALL_BUILDS, builderType };
        return (await store.builds.list('acme', filters, { limit: 9, after: null })).items.length;
      };
      expect([await listed('auto'), await listed('dockerfile')]).toEqual([1, 0]);
      const report: BuilderReport = { type: 'progress', stages: [], builder_type: 'dockerfile' };
      const event = { type: 'reported', at: T0 + 1, attempt: 1, cloud_build_id: 'cb-1' } as const;
      await store.builds.apply(id, { ...event, report });
      expect([await listed('auto'), await listed('dockerfile')]).toEqual([0, 1]);
    });
  });
}
