import { setTimeout as sleep } from 'node:timers/promises';
import { emulatorFirestore } from '#local/emulator-firestore.ts';
import type { Machine } from '#local/machine.ts';
import { type BenchApp, benchApp, KINDS, type Kind } from './apps.ts';
import type { BenchStack } from './bench-stack.ts';
import { ByHand, type HandTimes } from './by-hand.ts';
import { Service, type ServiceTimes } from './service.ts';

/** The samples of one kind, by round: both sides of a round were measured one right after the other. */
export interface Samples {
  readonly byHand: HandTimes[];
  readonly service: ServiceTimes[];
}

/** After each build, its container ends and its last messages are handled: the next one waits for that. */
const PAUSE_MS = 1500;

/**
 * Builds everything by hand and through the service, one after the other; who is first changes by round. A round
 * before them is not counted: it fetches base images and warms both sides.
 */
export async function measureBuilds(
  machine: Machine,
  { stack, credential }: BenchStack,
  rounds: number,
  say: (line: string) => void,
): Promise<Readonly<Record<Kind, Samples>>> {
  const firestore = emulatorFirestore(stack.info.projectId, stack.info.firestoreEmulatorHost);
  const hand = new ByHand(machine, stack.info, credential);
  const service = new Service(stack.info, firestore);
  const samples: Record<Kind, Samples> = { first: none(), unchanged: none(), edit: none() };
  try {
    for (let round = 0; round <= rounds; round++) {
      const handApp = await benchApp(stack.git, `bench/by-hand-${round}`);
      const serviceApp = await benchApp(stack.git, `bench/service-${round}`);
      const repositoryId = await service.connect(serviceApp);
      const takes = {
        byHand: (kind: Kind) => byHand(hand, handApp, kind),
        service: async (kind: Kind) => {
          const push = await serviceApp.change(kind);
          return service.build(repositoryId, { fullName: serviceApp.fullName, ...push });
        },
      };
      for (const kind of KINDS) {
        const measured = await bothSides(takes, kind, round % 2 === 0);
        say(line(round, rounds, kind, measured));
        if (round === 0) continue;
        samples[kind].byHand.push(measured.byHand);
        samples[kind].service.push(measured.service);
      }
      await Promise.all([handApp.remove(), serviceApp.remove()]);
    }
    return samples;
  } finally {
    await firestore.terminate();
  }
}

const none = (): Samples => ({ byHand: [], service: [] });

/** Clone, plan and build together (ms). */
export const totalOf = (times: HandTimes): number => times.clone + times.plan + times.build;

async function byHand(hand: ByHand, app: BenchApp, kind: Kind): Promise<HandTimes> {
  const { after } = await app.change(kind);
  return hand.build(app.fullName, app.remote, after);
}

interface Takes {
  readonly byHand: (kind: Kind) => Promise<HandTimes>;
  readonly service: (kind: Kind) => Promise<ServiceTimes>;
}

async function bothSides(takes: Takes, kind: Kind, handFirst: boolean) {
  if (handFirst) {
    const byHand = await paused(() => takes.byHand(kind));
    return { byHand, service: await paused(() => takes.service(kind)) };
  }
  const service = await paused(() => takes.service(kind));
  return { service, byHand: await paused(() => takes.byHand(kind)) };
}

async function paused<T>(work: () => Promise<T>): Promise<T> {
  await sleep(PAUSE_MS);
  return work();
}

function line(
  round: number,
  rounds: number,
  kind: Kind,
  { byHand, service }: { byHand: HandTimes; service: ServiceTimes },
): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  const which = round === 0 ? 'to warm up' : `round ${round} of ${rounds}`;
  return `  ${which}: ${kind}: by hand ${seconds(totalOf(byHand))}, service ${seconds(service.total)}`;
}
