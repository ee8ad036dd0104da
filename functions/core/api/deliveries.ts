import { z } from 'zod';
import { Platform } from '#core/repository.ts';
import { Time } from './common.ts';

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
  .meta({ id: 'Delivery' });
