import { setTimeout as sleep } from 'node:timers/promises';
import { BuilderMessage, type BuilderReport, LogChunk } from '#core/events.ts';
import type { ExchangeGrant } from '#core/exchange.ts';
import { signBody } from '#core/ids.ts';
import { PubSubPublisher, type PubSubSettings } from './pubsub.ts';

/** Where the builder's news goes. Both resolve when the bus has taken the message, or throw. */
export interface Bus {
  /** How long (ms) to wait for the end of a build to be told. */
  readonly patienceMs: number;
  report(report: BuilderReport): Promise<void>;
  log(chunk: Pick<LogChunk, 'chunk' | 'lines'>): Promise<void>;
}

const WAITS_MS = [200, 500, 1000, 2000, 4000, 8000];
const PATIENCE_MS = 30_000;

/** The build's events and log chunks on Pub/Sub, each signed with the key of this attempt. */
export function pubsubBus(settings: PubSubSettings, cloudBuildId: string, grant: ExchangeGrant): Bus {
  const publisher = new PubSubPublisher(settings);
  const { topics, event_key } = grant;
  const { id, attempt } = grant.build;
  const head = { version: 1, build_id: id, attempt, cloud_build_id: cloudBuildId } as const;
  const publish = async (topic: string, message: BuilderMessage | LogChunk) => {
    const data = Buffer.from(JSON.stringify(message));
    const attributes = { build_id: id, attempt: String(attempt), signature: signBody(event_key, data) };
    await persist(() => publisher.publish(topic, data, attributes));
  };
  return {
    patienceMs: PATIENCE_MS,
    report: (report) => publish(topics.events, BuilderMessage.parse({ ...head, report })),
    log: (chunk) => publish(topics.logs, LogChunk.parse({ ...head, ...chunk })),
  };
}

/** Repeats what may fail for a moment, with growing waits; a try that hangs counts as failed. */
async function persist(attempt: () => Promise<void>): Promise<void> {
  for (const wait of [...WAITS_MS, null]) {
    try {
      return await attempt();
    } catch (error) {
      if (wait === null) throw error;
      await sleep(wait);
    }
  }
}
