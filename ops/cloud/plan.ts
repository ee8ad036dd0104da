import { z } from 'zod';

/** What of `terraform show -json PLAN` is looked at (developer.hashicorp.com/terraform/internals/json-format). */
export const PlanJson = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        type: z.string(),
        mode: z.string().optional(),
        change: z.object({
          actions: z.array(z.string()),
          after: z.record(z.string(), z.unknown()).nullish(),
        }),
      }),
    )
    .default([]),
});
type PlannedChange = z.infer<typeof PlanJson>['resource_changes'][number];

export interface Change {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  /** What is known of the resource before it is made. */
  readonly after: Readonly<Record<string, unknown>>;
}

/** What a plan changes, without what it leaves and what it only reads. */
export function changesOf(plan: z.infer<typeof PlanJson>): readonly Change[] {
  const isChange = ({ change, mode }: PlannedChange) =>
    mode !== 'data' && change.actions.some((action) => action !== 'no-op' && action !== 'read');
  return plan.resource_changes.filter(isChange).map(({ address, type, change }) => ({
    address,
    type,
    actions: change.actions,
    after: change.after ?? {},
  }));
}

export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
}

/** As Terraform counts: what is replaced is added and destroyed. */
export function countsOf(changes: readonly Change[]): Counts {
  const count = (action: string) => changes.filter(({ actions }) => actions.includes(action)).length;
  return { add: count('create'), change: count('update'), destroy: count('delete') };
}

/** Resources that hold what nobody could make again. */
const HOLDS_DATA = new Set([
  'google_artifact_registry_repository',
  'google_firestore_database',
  'google_kms_crypto_key',
  'google_secret_manager_secret',
  'google_storage_bucket',
]);

/** The changes that take data away. */
export function lossesOf(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ type, actions }) => HOLDS_DATA.has(type) && actions.includes('delete'));
}

/** Whether `next` is nothing but what is left of `approved`, after a part of it was done. */
export function isRemainder(approved: readonly Change[], next: readonly Change[]): boolean {
  const key = ({ address, actions }: Change) => `${address} ${actions.join('+')}`;
  const seen = new Set(approved.map(key));
  return next.every((change) => seen.has(key(change)));
}
