import { Problem } from '../../cloud/problem.ts';
import { ToolFailed } from '../../cloud/tools.ts';
import type { Context, Made } from '../context.ts';
import type { Check, Finding } from './check.ts';

/** Checks one after the other, each of which the next leans on: the first that finds something ends it. */
export async function checkInTurn(context: Context, made: Made, checks: readonly Check[]): Promise<void> {
  for (const check of checks) report(context, [{ check, finding: await outcome(context, made, check) }]);
}

/** Checks side by side, and tells of all that they find. Throws Problem where any of it is more than a warning. */
export async function checkAll(context: Context, made: Made, checks: readonly Check[]): Promise<void> {
  const outcomes = checks.map(async (check) => ({ check, finding: await outcome(context, made, check) }));
  report(context, await Promise.all(outcomes));
}

type Outcome = Finding | null | { readonly leftOut: string };

async function outcome(context: Context, made: Made, check: Check): Promise<Outcome> {
  const { name, needs } = check;
  if (context.options.skipped.has(name)) return { leftOut: 'as you said' };
  if (needs !== undefined && made.enabledApis?.has(needs) === false)
    return { leftOut: `${needs} is not enabled yet` };
  try {
    return await check.find(context, made);
  } catch (error) {
    if (!(error instanceof ToolFailed) || error.isMissing) throw error;
    const next = `see what gcloud says; if you know that all is well, go on with --skip-check ${name}`;
    return { why: `it could not be told. ${error.message}`, next };
  }
}

function report({ say }: Context, outcomes: readonly { check: Check; finding: Outcome }[]): void {
  const problems: { name: string; finding: Finding }[] = [];
  for (const { check, finding } of outcomes) {
    if (finding === null) say(`  ok       ${check.name}`);
    else if ('leftOut' in finding) say(`  left out ${check.name}: ${finding.leftOut}`);
    else if (finding.isWarning)
      say(`  warning  ${check.name}: ${finding.why}\n           Next: ${finding.next}`);
    else {
      say(`  WRONG    ${check.name}`);
      problems.push({ name: check.name, finding });
    }
  }
  const [first] = problems;
  if (first === undefined) return;
  const all = problems.map(({ name, finding }) => `${name}: ${finding.why}`);
  const next = problems.map(({ finding }) => finding.next);
  throw new Problem(all.join('\n'), next.join('\n'));
}
