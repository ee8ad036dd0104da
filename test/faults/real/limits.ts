/** As configured for these runs: a lease runs out, and a sweep looks, within a schedule of some seconds (ms). */
export const LEASE_MS = 2000;
export const TAG_LEASE_MS = 2000;
export const SWEEP_GRACE_MS = 2500;
export const SWEEP_EVERY_MS = 1500;
/** How far behind ListBuilds is. */
export const LIST_LAG_MS = 3000;
export const CAPACITY = 2;

/** How long faults may still strike after the last action. */
export const FAULTS_GO_ON_MS = 5000;
/** How long everything may take to come to rest once faults have stopped. */
export const REST_WITHIN_MS = 60_000;
/** How long a dead process stays away. */
export const AWAY_MS = 300;
