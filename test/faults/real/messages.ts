import { setTimeout as sleep } from 'node:timers/promises';
import { BuilderMessage } from '#core/events.ts';
import { TOPICS } from '#core/messages.ts';
import type { Pushed } from '#test/support/faulty/pushed.ts';
import type { Run } from './run.ts';

const AGAIN_MS = 500;
const MAX_TRIES = 60;

/**
 * A message on its way from Pub/Sub to a function.
 * @param deliver hands it over; false where it has to come again.
 * @returns what Pub/Sub is told: a late message is taken for it, or its window of pushes would fill up.
 */
export async function pass(run: Run, pushed: Pushed, deliver: () => Promise<boolean>): Promise<boolean> {
  const handed = async () => {
    const taken = await deliver();
    if (taken) hear(run, pushed);
    return taken;
  };
  const fault = run.messageFault(pushed.topic, pushed.messageId);
  if (fault === null) return handed();
  const what = `${pushed.topic} ${pushed.what ?? ''} of ${pushed.buildId ?? 'nothing'}`;
  run.note('pub/sub', what, `${fault.fate} (${fault.ms} ms)`);
  if (fault.fate === 'lost') return true;
  run.later(fault.ms, `the late ${what}`, () => untilTaken(handed));
  return fault.fate === 'late' ? true : handed();
}

async function untilTaken(handed: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (await handed().catch(() => false)) return; // the function is away: once more
    await sleep(AGAIN_MS);
  }
}

/** A function took a builder's report of a failure. */
function hear(run: Run, { body, topic }: Pushed): void {
  const message = BuilderMessage.safeParse(body).data;
  if (topic !== TOPICS.buildEvents || message?.report.type !== 'failed') return;
  const fact = run.facts.cloudBuilds.get(message.cloud_build_id);
  if (!fact) return;
  fact.failed = message.report;
  fact.heard = true;
}
