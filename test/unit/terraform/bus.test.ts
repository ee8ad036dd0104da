import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MAX_DELIVERY_ATTEMPTS, SUBSCRIPTIONS, subscriptionName, TOPICS } from '#core/messages.ts';
import { ROOT } from '#local/root.ts';

/** What Terraform makes the topics and subscriptions from; its own test holds the plan and this file equal. */
const Bus = z.strictObject({
  topics: z.array(z.string()),
  subscriptions: z.record(z.string(), z.strictObject({ topic: z.string(), to: z.string() })),
  max_delivery_attempts: z.number(),
});
const bus = Bus.parse(JSON.parse(await readFile(join(ROOT, 'terraform/modules/bus/bus.json'), 'utf8')));

const HANDLERS = join(ROOT, 'functions/handlers');

/** Which topics the function takes messages of: those that its entry file names. */
async function topicsOf(handler: string): Promise<string[]> {
  const source = await readFile(join(HANDLERS, handler, 'index.ts'), 'utf8');
  const taken = source.matchAll(/(?:route\(|topic: )TOPICS\.(\w+)/g);
  return [...taken].map(([, key]) => z.enum(TOPICS).parse(Reflect.get(TOPICS, key ?? '')));
}

describe('the bus in Terraform', () => {
  it('has the topics of the code, and no other', () => {
    expect(bus.topics.toSorted()).toEqual(Object.values(TOPICS).toSorted());
  });

  it('has the subscriptions of the code by their names, and no other', () => {
    expect(bus.subscriptions).toEqual(
      Object.fromEntries(SUBSCRIPTIONS.map((known) => [subscriptionName(known), { ...known }])),
    );
  });

  it('gives messages up when the functions do', () => {
    expect(bus.max_delivery_attempts).toBe(MAX_DELIVERY_ATTEMPTS);
  });

  it('pushes each topic to the function that takes it, and nothing to another', async () => {
    const handlers = (await readdir(HANDLERS, { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    const taken = await Promise.all(
      handlers.map(async ({ name }) => (await topicsOf(name)).map((topic) => `${topic} to ${name}`)),
    );
    const pushed = Object.values(bus.subscriptions).map(({ topic, to }) => `${topic} to ${to}`);
    expect(pushed.toSorted()).toEqual(taken.flat().toSorted());
  });
});
