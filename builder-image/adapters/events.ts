import { setTimeout as sleep } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { BuilderMessage, type BuilderReport, LogChunk } from '#core/events.ts';
import type { ExchangeGrant } from '#core/exchange.ts';
import { signBody } from '#core/ids.ts';

/** Where the builder's news goes. Both resolve when the bus has taken the message, or throw. */
export interface Bus {
  /** How long (ms) to wait for the end of a build to be told. */
  readonly patienceMs: number;
  report(report: BuilderReport): Promise<void>;
  log(chunk: Pick<LogChunk, 'chunk' | 'lines'>): Promise<void>;
}

const WAITS_MS = [200, 500, 1000, 2000, 4000, 8000];
const TRY_MS = 10_000;
const PATIENCE_MS = 30_000;

/** The build's events and log chunks on Pub/Sub, each signed with the key of this attempt. */
export function pubsubBus(projectId: string, cloudBuildId: string, grant: ExchangeGrant): Bus {
  const pubsub = new PubSub({ projectId });
  const unbatched = { batching: { maxMessages: 1, maxMilliseconds: 1 } };
  const events = pubsub.topic(grant.topics.events, unbatched);
  const logs = pubsub.topic(grant.topics.logs, unbatched);
  const { id, attempt } = grant.build;
  const head = { version: 1, build_id: id, attempt, cloud_build_id: cloudBuildId } as const;
  const publish = async (topic: typeof events, message: BuilderMessage | LogChunk) => {
    const data = Buffer.from(JSON.stringify(message));
    const signature = signBody(grant.event_key, data);
    const attributes = { build_id: id, attempt: String(attempt), signature };
    await persist(() => topic.publishMessage({ data, attributes }));
  };
  return {
    patienceMs: PATIENCE_MS,
    report: (report) => publish(events, BuilderMessage.parse({ ...head, report })),
    log: (chunk) => publish(logs, LogChunk.parse({ ...head, ...chunk })),
  };
}

/** Repeats what may fail for a moment, with growing waits; a try that hangs counts as failed. */
async function persist(attempt: () => Promise<unknown>): Promise<void> {
  for (const wait of [...WAITS_MS, null]) {
    try {
      await Promise.race([attempt(), hangs()]);
      return;
    } catch (error) {
      if (wait === null) throw error;
      await sleep(wait);
    }
  }
}

async function hangs(): Promise<never> {
  await sleep(TRY_MS, undefined, { ref: false });
  throw new Error(`no answer from Pub/Sub in ${TRY_MS} ms`);
}
