import { answerGrant, DeviceGrant } from '#core/device-grant.ts';
import type { DeviceGrants } from '#core/ports.ts';
import { createIn, type State, step } from './state.ts';

export function memoryDeviceGrants(state: State): DeviceGrants {
  const { deviceGrants } = state;
  return {
    create: (grant) => step(state, () => createIn(deviceGrants, grant.id, DeviceGrant.parse(grant))),
    get: (id) => step(state, () => deviceGrants.get(id) ?? null),
    answer: (id, event, now) =>
      step(state, () => {
        const grant = deviceGrants.get(id);
        if (!grant) return null;
        const result = answerGrant(grant, event, now);
        deviceGrants.set(id, result.grant);
        return result;
      }),
  };
}
