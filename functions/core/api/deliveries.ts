import { z } from 'zod';
import { Platform } from '#core/repository.ts';
import { PageQuery, Time } from './common.ts';
import { EXAMPLE } from './examples.ts';

export const DeliveryIdParams = z.object({ id: z.string().max(64).meta({ example: EXAMPLE.delivery }) });

const Verdict = z.enum(['received', 'accepted', 'ignored']).meta({
  description:
    '`received`: not decided yet. `accepted`: it made builds. `ignored`: `reason` says why it made none',
});

const Fields = z.object({
  id: z.string(),
  platform: Platform,
  event: z.string().meta({ description: 'what happened: `push`, `pull_request`, `ping` …' }),
  repository: z.string().nullable().meta({ description: 'owner/name, as the host said it' }),
  repository_id: z.string().nullable().meta({ description: 'the connected repository that it concerns' }),
  ref: z.string().nullable().meta({ description: 'what was pushed' }),
  commit_sha: z.string().nullable().meta({ description: 'as the host said it' }),
  pull_request: z.int().nullable().meta({ description: 'its number' }),
  received_at: Time,
  verdict: Verdict,
  reason: z.string().nullable(),
  build_ids: z.array(z.string()),
  decided_at: Time.nullable(),
  replay_of: z.string().nullable().meta({ description: 'the delivery that this one repeats' }),
});

export const DeliveryView = Fields.meta({ id: 'Delivery' });

/** A delivery with what its host sent. */
export const DeliveryDetailsView = Fields.extend({
  headers: z
    .record(z.string(), z.string())
    .meta({ description: 'those that tell of the event; signatures, tokens and cookies are not kept' }),
  body: z
    .object({
      content: z.unknown().meta({ description: 'the JSON, without secrets; null: nothing is kept of it' }),
      size_bytes: z.int().meta({ description: 'of what was sent' }),
      note: z.string().nullable().meta({ description: 'what is not as it was sent' }),
    })
    .nullable(),
}).meta({ id: 'DeliveryDetails' });

/** What stands for those that concern no connected repository. */
export const NO_REPOSITORY = 'none';

export const DeliveryListQuery = z.strictObject({
  ...PageQuery.shape,
  repository_id: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta({
      description: `Its id, or owner/name. \`${NO_REPOSITORY}\`: those about no connected one, for operators`,
    }),
  verdict: Verdict.optional(),
});

export const DeliveryList = z.object({
  deliveries: z.array(DeliveryView),
  next_cursor: z.string().nullable(),
});
