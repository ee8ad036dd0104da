import { clientName, type DeviceGrant, deviceCodeOf, GRANT_MS, userCodeOf } from '#core/device-grant.ts';
import { tokenHash } from '#core/ids.ts';
import type { Clock, Store } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';

export interface BeginDeviceGrantDeps {
  readonly store: Pick<Store, 'deviceGrants'>;
  readonly now: Clock;
  /** So many fresh random bytes. */
  readonly randomBytes: (count: number) => Buffer;
}

/** Two of ten billion codes may meet; more often than that, something is wrong with them. */
const MAX_TRIES = 3;

/**
 * Makes a grant for a terminal that wants to be signed in. Whoever asks, nothing but this document comes of it.
 * The device code is in the answer and nowhere else.
 */
export async function beginDeviceGrant(
  { store, now, randomBytes }: BeginDeviceGrantDeps,
  { client, from }: { client: string; from: string | null },
): Promise<{ grant: DeviceGrant; deviceCode: Secret }> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const id = userCodeOf(randomBytes(8));
    const deviceCode = deviceCodeOf(id, randomBytes(32).toString('base64url'));
    const created_at = now();
    const grant: DeviceGrant = {
      version: 1,
      id,
      device_hash: tokenHash(deviceCode),
      client: clientName(client),
      from,
      created_at,
      expires_at: created_at + GRANT_MS,
      state: { status: 'pending' },
    };
    if ((await store.deviceGrants.create(grant)) === 'created')
      return { grant, deviceCode: new Secret(deviceCode) };
  }
  throw new Error('no user code is free');
}
