import { z } from '@hono/zod-openapi';
import { Platform } from '#core/repository.ts';
import { Time } from '../schemas.ts';

export const DeliveryView = z
  .object({
    id: z.string(),
    platform: Platform,
    event: z.string(),
    received_at: Time,
    verdict: z.enum(['received', 'accepted', 'ignored']),
    reason: z.string().nullable(),
    build_ids: z.array(z.string()),
  })
  .openapi('Delivery');
