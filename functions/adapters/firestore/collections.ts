/** The collections, and where each document lies. The one place that knows their names. */
export const COLLECTIONS = {
  builds: 'builds',
  deliveries: 'deliveries',
  deliveryBodies: 'delivery_bodies',
  teams: 'teams',
  teamClaims: 'team_claims',
  teamAdmins: 'team_admins',
  members: 'members',
  repositories: 'repositories',
  disconnections: 'disconnections',
  schedules: 'schedules',
  chores: 'chores',
  tags: 'tags',
  reports: 'reports',
  registries: 'registries',
  imageLocks: 'image_locks',
  pools: 'pools',
  refs: 'refs',
  groups: 'groups',
  tokens: 'api_tokens',
  auditLog: 'audit_log',
  quotas: 'quotas',
  deadLetters: 'dead_letters',
  hours: 'build_hours',
  idempotencyKeys: 'idempotency_keys',
  deviceGrants: 'device_grants',
} as const;

/** Log chunks lie under their build; the name sorts as attempt, then number. */
export function chunkPath(buildId: string, attempt: number, chunk: number): string {
  return `${COLLECTIONS.builds}/${buildId}/logs/${chunkName(attempt, chunk)}`;
}

/** The document name of a chunk within its build. */
export function chunkName(attempt: number, chunk: number): string {
  return `${String(attempt).padStart(4, '0')}-${String(chunk).padStart(6, '0')}`;
}
