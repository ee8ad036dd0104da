import { resolve } from 'node:path';
import { makeWorkspace } from '#builder/workspace.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import type { PlanOptions } from './asked.ts';
import { planHere } from './local.ts';
import { planThere } from './remote.ts';
import { type Shown, show } from './show.ts';
import { wordsOf } from './view.ts';

/** `bitflow plan`: how the files here would be built, or with `--remote` what is pushed. */
export async function plan(cli: Cli, path: string, options: PlanOptions): Promise<void> {
  const { dockerfile = false } = options;
  if (options.remote) return show(cli, await remote(cli, path, options), dockerfile);
  refuseAlone(options);
  // Loaded where it is used: to look at a plan takes no client of a container engine.
  if (options.build) return (await import('./plan-and-build.ts')).planAndBuild(cli, path, options);
  const { PATH = '', SSL_CERT_FILE, SSL_CERT_DIR } = cli.around.env;
  const workspace = await makeWorkspace({ PATH, SSL_CERT_FILE, SSL_CERT_DIR }, null);
  try {
    const { view } = await planHere(cli, path, options, workspace);
    show(cli, { of: wordsOf(view), plan: view.plan, error: view.error, value: view }, dockerfile);
  } finally {
    await workspace.remove();
  }
}

/** What means something with another option only is not left aside in silence. */
function refuseAlone({ branch, ref, output, build }: PlanOptions): void {
  if (branch !== undefined || ref !== undefined) {
    const what = '--branch and --ref are of what is pushed, which --remote plans';
    throw new CliError(EXIT.usage, what, 'Add --remote, or name a commit that is here: --commit');
  }
  if (output === undefined || build) return;
  throw new CliError(EXIT.usage, '--output is where --build writes the image to', 'Add --build.');
}

async function remote(cli: Cli, path: string, options: PlanOptions): Promise<Shown> {
  const { repository, value, raw } = await planThere(cli, resolve(cli.around.cwd, path), options);
  const { ref, commit_sha: commit, plan: planned, error } = value;
  const of = `${repository} at ${commit.slice(0, 7)}${ref === null ? '' : ` (${ref})`}`;
  return { of, plan: planned, error, value: raw };
}
