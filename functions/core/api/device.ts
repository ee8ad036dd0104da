import { z } from 'zod';
import { Role } from '#core/access.ts';
import { DEVICE_CODE } from '#core/device-grant.ts';
import { Time } from './common.ts';

export const DeviceCodeBody = z.strictObject({
  client: z.string().min(1).max(100).meta({
    description: 'what the person is asked to let in, as they read it',
    example: 'bitflow on ada-laptop',
  }),
});

export const DeviceCodeView = z
  .object({
    device_code: z.string().meta({ description: 'what `device.token` is asked with: a secret' }),
    user_code: z.string().meta({ description: 'what the person compares, or types', example: 'WDJB-MJHT' }),
    verification_uri: z.url().meta({ description: 'where the person answers' }),
    verification_uri_complete: z.url().meta({ description: 'the same, with the code in it' }),
    expires_in: z.int().meta({ description: 'how long both codes are good (s)' }),
    interval: z.int().meta({ description: 'how long to wait between two requests of `device.token` (s)' }),
  })
  .meta({ id: 'DeviceCode' });

export const DeviceTokenBody = z.strictObject({
  device_code: z
    .string()
    .regex(DEVICE_CODE, 'is no device code')
    .meta({ example: `bfd_WDJBMJHT${'0123456789'.repeat(4)}abc` }),
});

export const DeviceTokenView = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('approved'),
      token: z.string().meta({ description: 'the API token' }),
      token_id: z.string(),
      email: z.string().meta({ description: 'the person who answers for it' }),
      team: z.string(),
      role: Role,
      expires_at: Time.nullable(),
    }),
    z.object({
      status: z.enum(['pending', 'slow_down']),
      interval: z.int().meta({ description: 'how long to wait before the next request (s)' }),
    }),
    z.object({ status: z.enum(['denied', 'expired']) }),
  ])
  .meta({ id: 'DeviceToken' });
