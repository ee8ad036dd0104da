import { confirmByWord } from '../cloud/command-line.ts';
import { Gcloud } from '../cloud/gcloud.ts';
import { type Counts, countsOf } from '../cloud/plan.ts';
import { Problem } from '../cloud/problem.ts';
import { runStep } from '../cloud/run-steps.ts';
import { Terraform } from '../cloud/terraform.ts';
import { ToolFailed, type Tools } from '../cloud/tools.ts';
import { inWords } from '../deploy/apply.ts';
import { ACCOUNT_CHECKS } from '../deploy/checks/index.ts';
import { projectFacts } from '../deploy/checks/project.ts';
import { checkInTurn } from '../deploy/checks/run.ts';
import type { Context, Outside } from '../deploy/context.ts';
import { goOn, type Options } from '../deploy/options.ts';
import { output } from '../deploy/outputs.ts';
import { BACKEND_PREFIX } from '../deploy/steps/init.ts';
import { findStateBucket, stateBucketName } from '../deploy/steps/state-bucket.ts';
import { NO_IMAGE, readValues, type Values } from '../deploy/values.ts';
import { rootFolder, workplace } from '../deploy/workplace.ts';

export interface Result {
  readonly project: string;
  readonly plan_only: boolean;
  readonly changes: Counts;
  /** What is left, which Terraform did not make. */
  readonly left: readonly string[];
}

interface World {
  readonly root: string;
  readonly tools: Tools;
  readonly outside: Pick<Outside, 'say' | 'ask' | 'sleep' | 'bundle'>;
}

/** Deletes an installation. Throws StepFailed where a step did not come to its end; the next run goes on. */
export async function destroy(options: Options, { root, tools, outside }: World): Promise<Result> {
  const { say, ask } = outside;
  const step = <T>(name: string, title: string, work: () => Promise<T>) =>
    runStep({ say, goOn: goOn(options, 'destroy') }, { name, title }, work);

  const values = await step('values', `reads ${options.varFile}`, () =>
    readValues(tools, { folder: rootFolder({ root }), varFile: options.varFilePath, name: options.varFile }),
  );
  const context = contextOf(options, values, { root, tools, outside });
  await step('protection', 'looks at delete_protection', async () => refuseProtected(options, values));
  const facts = await step('account', 'checks the tools, the login and the project', async () => {
    await checkInTurn(
      context,
      {},
      ACCOUNT_CHECKS.filter(({ name }) => name !== 'billing'),
    );
    return projectFacts(context);
  });
  const name = stateBucketName(values, options);
  const terraform = context.terraform({ ...facts, stateBucket: name });
  const isThere = await step('init', 'prepares Terraform', async () => {
    if ((await findStateBucket(context, name)) === null)
      throw new Problem(
        `${values.project} has no bucket ${name}: there is no state, so nothing that Terraform could delete`,
        'if the state is elsewhere, name it with --state-bucket',
      );
    await terraform.init({ bucket: name, prefix: BACKEND_PREFIX });
    return output(await terraform.outputs(), 'delete_protection');
  });
  await step('deployed-protection', 'looks whether what is deployed is protected', async () => {
    if (isThere === true) refuseDeployed(options);
  });
  // Terraform reads the whole configuration, with the files that it names, also to delete what it describes.
  await step('bundle', 'bundles what the configuration reads', outside.bundle);
  const changes = await step('plan', 'plans what is deleted', () =>
    terraform.plan('destroy', { destroy: true, variables: { builder_image: NO_IMAGE } }),
  );
  const counts = countsOf(changes);
  const result = {
    project: values.project,
    plan_only: options.planOnly,
    changes: counts,
    left: left(values, name),
  };
  if (options.planOnly || changes.length === 0) return result;
  await step('destroy', 'deletes it', async () => {
    await confirmByWord(
      ask,
      `Delete all of this (${inWords(counts)}), with every image and build?`,
      values.project,
    );
    await terraform.apply('destroy').catch((error: unknown) => {
      if (!(error instanceof ToolFailed)) throw error;
      throw new Problem('not all of it could be deleted', 'see what Terraform says above', { cause: error });
    });
  });
  return result;
}

function contextOf(options: Options, values: Values, { root, tools, outside }: World): Context {
  const unused = () => Promise.reject(new Error('destroy makes nothing'));
  return {
    ...outside,
    fetch: unused,
    firstTeam: unused,
    signIn: unused,
    options,
    values,
    root,
    tools,
    gcloud: new Gcloud(tools, outside.sleep),
    terraform: (made) => new Terraform(tools, workplace({ root, values, options }, made)),
  };
}

function refuseProtected({ varFile }: Options, { delete_protection }: Values): void {
  if (!delete_protection) return;
  throw new Problem(
    `delete_protection is on in ${varFile}`,
    `set delete_protection = false there, and deploy that first: npm run deploy -- --var-file ${varFile}`,
  );
}

/** Google refuses too, resource by resource, and would leave half of the installation. */
function refuseDeployed({ varFile }: Options): never {
  throw new Problem(
    'delete_protection is off in the file, but what is deployed still has it on',
    `npm run deploy -- --var-file ${varFile}`,
  );
}

function left({ project }: Values, stateBucket: string): readonly string[] {
  return [
    `the bucket of the state: gcloud storage rm --recursive gs://${stateBucket} --all-versions`,
    'the secrets of repositories and registries, which the service made while it ran: gcloud secrets list --filter=name:bitflow-',
    'the APIs, which stay enabled, and the logs, up to their retention',
    `or all of it at once: gcloud projects delete ${project}`,
  ];
}
