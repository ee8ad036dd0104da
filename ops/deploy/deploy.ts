import { Gcloud } from '../cloud/gcloud.ts';
import type { Counts } from '../cloud/plan.ts';
import { runStep } from '../cloud/run-steps.ts';
import { Terraform } from '../cloud/terraform.ts';
import type { Tools } from '../cloud/tools.ts';
import type { Context, Made, Outside } from './context.ts';
import { goOn, type Options } from './options.ts';
import { STEPS } from './steps/index.ts';
import { readValues } from './values.ts';
import { rootFolder, workplace } from './workplace.ts';

/** What a deployment ends with; `--json` prints it. */
export interface Result {
  readonly project: string;
  readonly region: string;
  readonly plan_only: boolean;
  readonly changes: Counts;
  /** null: only planned. */
  readonly webhook_url: string | null;
  readonly api_url: string | null;
  /** Where people sign in, and the address that the OAuth clients there send them back to; null: only planned. */
  readonly sign_in: { readonly providers: readonly string[]; readonly redirect: string } | null;
  readonly first_team: 'made' | 'there' | 'none' | null;
}

/** Deploys, or plans to. Throws StepFailed where a step did not come to its end. */
export async function deploy(
  options: Options,
  { root, tools, outside }: { root: string; tools: Tools; outside: Outside },
): Promise<Result> {
  const { say } = outside;
  const how = { say, goOn: goOn(options, 'deploy') };
  const values = await runStep(how, { name: 'values', title: `reads ${options.varFile}` }, () =>
    readValues(tools, { folder: rootFolder({ root }), varFile: options.varFilePath, name: options.varFile }),
  );
  const context: Context = {
    ...outside,
    options,
    values,
    root,
    tools,
    gcloud: new Gcloud(tools, outside.sleep),
    terraform: (made) => new Terraform(tools, workplace({ root, values, options }, made)),
  };
  let made: Made = {};
  for (const step of STEPS.filter(({ planOnly }) => planOnly || !options.planOnly))
    made = { ...made, ...(await runStep(how, step, () => step.run(context, made))) };
  return {
    project: values.project,
    region: values.region,
    plan_only: options.planOnly,
    changes: made.counts ?? { add: 0, change: 0, destroy: 0 },
    webhook_url: made.webhookUrl ?? null,
    api_url: made.apiUrl ?? null,
    sign_in: made.signIn ?? null,
    first_team: made.firstTeam ?? null,
  };
}
