import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Problem } from '../problem.mjs';
import { answers } from '../reachable.mjs';
import { run } from '../run.mjs';
import { describeRange, onPath } from '../version.mjs';
import { findGo } from './go-tools.mjs';

const REGISTRY = 'https://registry.terraform.io/.well-known/terraform.json';

/**
 * Terraform, with its providers: a stand-in that serves the real ones' schema where there is one, else the real ones.
 *
 * @typedef {object} Terraform
 * @property {string} command absolute path
 * @property {Record<string, string>} env what it is to be run with, so that `terraform init` finds the providers
 */

/**
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<Terraform>}
 */
export function terraform(context) {
  const { cache, root, versions, progress, heavy } = context;
  return progress.step('terraform', async (doing) => {
    const found = await onPath('terraform', versions.terraform, ['version']);
    if (!found) {
      const name = `terraform ${describeRange(versions.terraform)}`;
      throw new Problem(name, 'it is not on the PATH', 'https://developer.hashicorp.com/terraform/install');
    }
    const offline = resolve(
      process.env.BITFLOW_TERRAFORM_OFFLINE ?? join(root, '../shared/terraform-offline'),
    );
    if (existsSync(join(offline, 'setup.sh'))) {
      doing('building the stand-in providers with go');
      const folder = join(cache, 'terraform-offline');
      const what = "the stand-in for Terraform's Google provider";
      await findGo(context, what, 'run it where registry.terraform.io can be reached');
      await heavy(() => run('bash', [join(offline, 'setup.sh'), folder])).catch((error) => {
        throw new Problem(what, error.message, `bash ${join(offline, 'setup.sh')}`, { cause: error });
      });
      return {
        value: withEnv(found.path, { TF_CLI_CONFIG_FILE: join(folder, 'terraform.rc') }),
        say: `${found.version}, stand-in providers`,
      };
    }
    if (!(await answers(REGISTRY))) {
      const why = 'registry.terraform.io does not answer, and BITFLOW_TERRAFORM_OFFLINE names no stand-in';
      throw new Problem("Terraform's Google provider", why, 'run it where that registry can be reached');
    }
    const folder = join(cache, 'terraform-plugins');
    await mkdir(folder, { recursive: true });
    return {
      value: withEnv(found.path, { TF_PLUGIN_CACHE_DIR: folder }),
      say: `${found.version}, providers from the registry`,
    };
  });
}

/** @param {string} command @param {Record<string, string>} env @returns {Terraform} */
const withEnv = (command, env) => ({ command, env: { ...env, CHECKPOINT_DISABLE: '1' } });
