import { buildIdFresh } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import type { Builds, Store } from '#core/ports.ts';
import { tagId } from '#core/tags.ts';
import type { Ports } from './functions.ts';
import type { Mutant } from './world.ts';

/**
 * Bugs that the random schedules must find, put in from outside. Each is one that a change of the code could
 * bring back; where one is no longer found, the schedules or the invariants have become too weak. These are
 * found within some dozens of runs.
 */
export const FOUND_SOON: Readonly<Record<string, Mutant>> = {
  'a cancel is forgotten where the builder asks or is done': (ports, state) =>
    withBuilds(ports, ({ apply }) => ({
      apply: (id, event) => {
        const build = state.builds.get(id);
        if (build?.status === 'cancelling') {
          if (event.type === 'exchanged') state.builds.set(id, { ...build, status: 'submitted' });
          if (event.type === 'reported') state.builds.set(id, { ...build, status: 'running' });
        }
        return apply(id, event);
      },
    })),

  'what Cloud Build says replaces what the builder said': (ports, state) =>
    withBuilds(ports, ({ apply }) => ({
      apply: async (id, event) => {
        const build = state.builds.get(id);
        if (event.type === 'cloud_build_changed' && event.view.state === 'failed' && build?.error)
          state.builds.set(id, { ...build, error: { ...build.error, source: 'cloud_build' } });
        return apply(id, event);
      },
    })),

  'what a build owes is not kept': (ports, state) =>
    withBuilds(ports, ({ apply }) => ({
      apply: async (id, event) => {
        const applied = await apply(id, event);
        const build = state.builds.get(id);
        if (build) state.builds.set(id, { ...build, effects: [] });
        return applied;
      },
    })),

  'the build of a delivery has an id of its own each time': (ports) => {
    let count = 0;
    return withBuilds(ports, ({ create }) => ({
      create: (build) => create({ ...build, id: buildIdFresh(`mutant ${count++}`) }),
    }));
  },

  'tags go to the build that is done last': (ports, state) =>
    withBuilds(ports, ({ apply }) => ({
      apply: (id, event) => {
        const build = state.builds.get(id);
        for (const [tag, document] of build?.result === null ? state.tags : [])
          state.tags.set(tag, {
            ...document,
            candidates: document.candidates.map((one) => ({ ...one, order: 0 })),
          });
        return apply(id, event);
      },
    })),

  'pushes are put in the order in which they arrive': (ports, state) =>
    withStore(ports, {
      queue: {
        ...ports.store.queue,
        stamp: (...args) => {
          state.refs.clear();
          return ports.store.queue.stamp(...args);
        },
      },
    }),

  'older builds of a group run on': (ports) =>
    withStore(ports, { queue: { ...ports.store.queue, unsettled: async () => [] } }),

  'nobody looks whether a group has room': (ports) => {
    const { queue } = ports.store;
    const firstOfTeams: typeof queue.firstOfTeams = (pool, perTeam) =>
      queue.firstOfTeams(pool, perTeam, () => true);
    return withStore(ports, { queue: { ...queue, firstOfTeams } });
  },

  'sweep sees no build that stands still': (ports) => withBuilds(ports, () => ({ stale: async () => [] })),

  'sweep sees no delivery that nobody decided': (ports) =>
    withStore(ports, { deliveries: { ...ports.store.deliveries, undecided: async () => [] } }),

  'what ended is counted once more where its mark is not cleared in the same step': (ports, state) => {
    const once = new Set<string>();
    return withStore(ports, {
      stats: {
        ...ports.store.stats,
        count: async (...args) => {
          const marked = [...state.uncounted].filter((id) => !once.has(id));
          const counted = await ports.store.stats.count(...args);
          for (const id of marked) state.uncounted.add(id);
          for (const id of marked) once.add(id);
          return counted;
        },
      },
    });
  },

  'sweep sees no build that is not counted': (ports) =>
    withStore(ports, { stats: { ...ports.store.stats, owed: async () => false } }),

  'sweep sees no report that is due': (ports) =>
    withStore(ports, { reports: { ...ports.store.reports, due: async () => [] } }),

  'what a host is to be told is forgotten once it is published': (ports, state) => ({
    ...ports,
    bus: {
      publish: async (topic, body, attributes) => {
        await ports.bus.publish(topic, body, attributes);
        if (topic !== TOPICS.reports) return;
        for (const [id, build] of state.builds)
          state.builds.set(id, { ...build, effects: build.effects.filter(({ kind }) => kind !== 'report') });
      },
    },
  }),

  'everybody gets the lease of a report, and leaves no doubt': (ports, state) => {
    const { reports } = ports.store;
    return withStore(ports, {
      reports: {
        ...reports,
        lease: async (subject, holder, now, ttlMs) => {
          const known = state.reports.get(subject.id);
          if (known) state.reports.set(subject.id, { ...known, lease: null, doubt: null });
          return reports.lease(subject, holder, now, ttlMs);
        },
      },
    });
  },

  'a digest is believed without a look at staging': (ports) => {
    const { digest } = ports.registry;
    return {
      ...ports,
      registry: {
        ...ports.registry,
        digest: async (path, reference) =>
          reference.startsWith('build-') ? `sha256:${'0'.repeat(64)}` : digest(path, reference),
      },
    };
  },
};

/** Those that take some hundreds. */
export const FOUND_LATE: Readonly<Record<string, Mutant>> = {
  /** The exchange lets a second Cloud Build pass. */
  'a second Cloud Build redeems the token': (ports, state) =>
    withBuilds(ports, ({ apply }) => ({
      apply: (id, event) => {
        const build = state.builds.get(id);
        if (event.type === 'exchanged' && build?.status === 'running' && event.attempt === build.attempt)
          state.builds.set(id, { ...build, status: 'submitted', bound: false });
        return apply(id, event);
      },
    })),

  'a tag is settled for a digest that its document no longer wants': (ports, state) =>
    withStore(ports, {
      tags: {
        ...ports.store.tags,
        settle: (destination, tag, holder, _digest, now) => {
          const found = state.tags.get(tagId(destination, tag));
          return ports.store.tags.settle(destination, tag, holder, found?.digest ?? null, now);
        },
      },
    }),

  'a writer that lost its lease leaves no doubt': (ports, state) =>
    withStore(ports, {
      tags: {
        ...ports.store.tags,
        lease: async (...args) => {
          const document = await ports.store.tags.lease(...args);
          for (const [id, one] of state.tags) state.tags.set(id, { ...one, doubted_at: null });
          return document && { ...document, doubted_at: null };
        },
      },
    }),

  'the mark of a group is gone before its older builds gave way': (ports) => {
    const { queue } = ports.store;
    return withStore(ports, {
      queue: {
        ...queue,
        unsettled: async (...args) => {
          const groups = await queue.unsettled(...args);
          for (const group of groups) await queue.settle(group);
          return groups;
        },
      },
    });
  },

  'everybody gets the lease of the pool': (ports, state) => {
    const { queue } = ports.store;
    const held = (pool: string, holder: string) => {
      const known = state.pools.get(pool);
      if (known) state.pools.set(pool, { ...known, holder });
    };
    return withStore(ports, {
      queue: {
        ...queue,
        lease: (pool, holder, ...rest) => {
          held(pool, holder);
          return queue.lease(pool, holder, ...rest);
        },
        stamp: (build, holder, now) => {
          held(build.pool, holder);
          return queue.stamp(build, holder, now);
        },
        claim: (pool, builds, holder, now) => {
          held(pool, holder);
          return queue.claim(pool, builds, holder, now);
        },
      },
    });
  },
};

function withStore(ports: Ports, change: Partial<Store>): Ports {
  return { ...ports, store: { ...ports.store, ...change } };
}

function withBuilds(ports: Ports, change: (builds: Builds) => Partial<Builds>): Ports {
  const { builds } = ports.store;
  return withStore(ports, { builds: { ...builds, ...change(builds) } });
}
