import { confirm, confirmByWord } from '../cloud/command-line.ts';
import { type Change, type Counts, countsOf, isRemainder, lossesOf } from '../cloud/plan.ts';
import { Problem } from '../cloud/problem.ts';
import { isTransient, PAUSES } from '../cloud/retry.ts';
import type { Terraform } from '../cloud/terraform.ts';
import { ToolFailed } from '../cloud/tools.ts';
import type { Context } from './context.ts';

/** A plan of one name, and how to make it again. */
export interface Planned {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly again: () => Promise<readonly Change[]>;
}

/** In words, as Terraform ends its plans. */
export function inWords({ add, change, destroy }: Counts): string {
  return `${add} to add, ${change} to change, ${destroy} to destroy`;
}

/** Asks whether the plan that was just shown may be applied. What takes data away is asked for even with --yes. */
export async function approve(context: Context, what: string, changes: readonly Change[]): Promise<void> {
  const { options, values, ask, say } = context;
  const losses = lossesOf(changes);
  if (losses.length > 0) {
    say(`  This deletes what holds data:\n${losses.map(({ address }) => `    ${address}`).join('\n')}`);
    await confirmByWord(ask, `Apply ${what} (${inWords(countsOf(changes))})?`, values.project);
  } else if (!options.yes) await confirm(ask, `Apply ${what} (${inWords(countsOf(changes))})?`);
}

/**
 * Applies an approved plan. Where Google's answer is one that passes (an account that is not known everywhere yet), it
 * plans what is left and applies that, after a pause; it asks again only if what is left is more than was approved.
 */
export async function applyPatiently(
  context: Context,
  terraform: Terraform,
  planned: Planned,
): Promise<void> {
  for (const pause of PAUSES) {
    try {
      return await terraform.apply(planned.name);
    } catch (error) {
      if (!(error instanceof ToolFailed) || !isTransient(error.output)) throw failed(error);
      context.say(`  That is likely to pass: once more in ${pause / 1000} s.`);
      await context.sleep(pause);
      const rest = await planned.again();
      if (rest.length === 0) return;
      if (!isRemainder(planned.changes, rest)) await approve(context, 'what is left', rest);
    }
  }
  return terraform.apply(planned.name).catch((error: unknown) => {
    throw failed(error);
  });
}

function failed(error: unknown): unknown {
  if (!(error instanceof ToolFailed)) return error;
  return new Problem(
    'Terraform could not make all of it; what it has made is in its state',
    'see what it says above; the next run makes the rest',
    { cause: error },
  );
}
