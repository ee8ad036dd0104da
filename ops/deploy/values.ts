import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Problem } from '../cloud/problem.ts';
import { TERRAFORM_ENV } from '../cloud/terraform.ts';
import { ToolFailed, type Tools } from '../cloud/tools.ts';

const SignIn = z.object({ client_id: z.string(), secret: z.string() }).nullable();

/** What of terraform/variables.tf the program itself needs. Terraform has filled in the defaults, and checked. */
const Values = z.object({
  project: z.string(),
  region: z.string(),
  gateway_region: z.string().nullable(),
  firestore_location: z.string().nullable(),
  scheduler_region: z.string().nullable(),
  teams: z.record(z.string(), z.object({ public: z.boolean() })),
  first_team: z.object({ id: z.string(), name: z.string(), admin: z.string() }).nullable(),
  worker_pool: z.object({ machine_type: z.string() }).nullable(),
  sign_in: z.object({ google: SignIn, github: SignIn }),
  github_app_id: z.string().nullable(),
  github_token: z.boolean(),
  github_webhook_secret: z.boolean(),
  delete_protection: z.boolean(),
});
export type Values = z.infer<typeof Values>;

/** Stands for the builder image where none is needed: by digest, as the variable must be. */
export const NO_IMAGE = `none.invalid/none@sha256:${'0'.repeat(64)}`;

/**
 * An environment's values, read by Terraform itself from a folder with nothing but variables.tf: it knows HCL, the
 * defaults and the checks. (`terraform console` would do, but prints what is wrong and goes on as if it were not.)
 *
 * Throws Problem with Terraform's own words where the file is not right.
 */
export async function readValues(
  tools: Tools,
  { folder, varFile, name }: { folder: string; varFile: string; name: string },
): Promise<Values> {
  const scratch = await mkdtemp(join(tmpdir(), 'bitflow-values-'));
  const terraform = (...args: string[]) =>
    tools.read('terraform', [`-chdir=${scratch}`, ...args], {
      env: { ...TERRAFORM_ENV, TF_DATA_DIR: join(scratch, '.terraform') },
    });
  try {
    await copyFile(join(folder, 'variables.tf'), join(scratch, 'variables.tf'));
    await writeFile(join(scratch, 'values.tf'), OUTPUT);
    const given = [`-var-file=${varFile}`, `-var=builder_image=${NO_IMAGE}`, '-var=project_number=000000'];
    const said = await terraform('plan', '-input=false', '-no-color', '-lock=false', ...given, '-out=values');
    const unknown = /undeclared variable[\s\S]*?named\s+"([^"]+)"/.exec(said)?.[1];
    if (unknown !== undefined)
      throw new Problem(
        `${name} sets ${unknown}, and there is no such variable`,
        'terraform/variables.tf has those that there are: mind the spelling',
      );
    return Planned.parse(JSON.parse(await terraform('show', '-json', 'values'))).planned_values.outputs.values
      .value;
  } catch (error) {
    if (!(error instanceof ToolFailed) || error.isMissing) throw error;
    throw new Problem(`${name} is not right:\n\n${error.output.trim()}`, `correct ${name}`, {
      cause: error,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** An output has what Terraform made of the file; the variables in a plan are only what was written there. */
const OUTPUT = `output "values" {
  value = {
${Object.keys(Values.shape)
  .map((name) => `    ${name} = var.${name}`)
  .join('\n')}
  }
}
`;

const Planned = z.object({
  planned_values: z.object({ outputs: z.object({ values: z.object({ value: Values }) }) }),
});
