import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MAX_DELIVERY_ATTEMPTS, SUBSCRIPTIONS, subscriptionName, TOPICS } from '#core/messages.ts';
import { ROOT } from '#local/root.ts';
import { GIVEN, planOf } from '#test/support/terraform-plan.ts';

const plan = await planOf('terraform/examples/production', GIVEN);

const Subscription = z.object({
  name: z.string(),
  ack_deadline_seconds: z.number(),
  expiration_policy: z.tuple([z.object({ ttl: z.string() })]),
  message_retention_duration: z.string(),
  retry_policy: z.tuple([z.object({ minimum_backoff: z.string(), maximum_backoff: z.string() })]),
  dead_letter_policy: z.array(z.object({ dead_letter_topic: z.string(), max_delivery_attempts: z.number() })),
  push_config: z.tuple([
    z.object({ push_endpoint: z.string(), oidc_token: z.tuple([z.object({ audience: z.string() })]) }),
  ]),
});
const subscriptions = plan
  .ofType('google_pubsub_subscription')
  .map(({ values }) => Subscription.parse(values));

it('has every topic that the code publishes to, and no other', () => {
  const topics = plan.ofType('google_pubsub_topic').map(({ values }) => values.name);
  expect(topics.sort()).toEqual(Object.values(TOPICS).sort());
});

it('has every subscription that the code knows, and no other', () => {
  expect(subscriptions.map(({ name }) => name).sort()).toEqual(SUBSCRIPTIONS.map(subscriptionName).sort());
});

describe.each(SUBSCRIPTIONS.map((known) => ({ ...known, name: subscriptionName(known) })))(
  '$name',
  ({ topic, to, name }) => {
    const planned = subscriptions.find((subscription) => subscription.name === name);

    it('pushes to the function that handles it, with a token for that function alone', async () => {
      const url = `https://bitflow-${to}-${GIVEN.project_number}.europe-west1.run.app`;
      expect(planned?.push_config[0].push_endpoint.replace(/\/$/, '')).toBe(url);
      expect(planned?.push_config[0].oidc_token[0].audience).toBe(url);
      const source = await readFile(join(ROOT, 'functions/handlers', to, 'index.ts'), 'utf8');
      const [key] = Object.entries(TOPICS).find(([, value]) => value === topic) ?? [];
      expect(source).toContain(`TOPICS.${key}`);
    });

    it('never expires, tries again with backoff, and gives up where the code does', () => {
      expect(planned).toMatchObject({
        expiration_policy: [{ ttl: '' }],
        retry_policy: [{ minimum_backoff: '1s', maximum_backoff: '60s' }],
        ack_deadline_seconds: 600,
        // Decision 10: what keeps the dead letters has nobody to give them to.
        dead_letter_policy:
          topic === TOPICS.deadLetters
            ? []
            : [
                {
                  dead_letter_topic: 'projects/acme-builds/topics/dead-letters',
                  max_delivery_attempts: MAX_DELIVERY_ATTEMPTS,
                },
              ],
      });
    });
  },
);
