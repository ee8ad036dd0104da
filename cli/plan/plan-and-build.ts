import { resolve } from 'node:path';
import { makeWorkspace } from '#builder/workspace.ts';
import type { Cli } from '../kit/cli.ts';
import { clean } from '../kit/text.ts';
import { mustBeWritable } from './archive.ts';
import type { PlanOptions } from './asked.ts';
import { buildHere, readSecrets } from './build.ts';
import { findEngine } from './engine.ts';
import { planHere } from './local.ts';
import { show } from './show.ts';
import { showImage } from './show-image.ts';
import { wordsOf } from './view.ts';

/** `bitflow plan --build`: plans the files here, and builds them. */
export async function planAndBuild(cli: Cli, path: string, options: PlanOptions): Promise<void> {
  const output = options.output === undefined ? undefined : resolve(cli.around.cwd, options.output);
  if (output !== undefined) await mustBeWritable(output);
  const env = await findEngine(cli);
  const workspace = await makeWorkspace(env, null);
  try {
    const { view, request, planned } = await planHere(cli, path, options, workspace);
    const of = wordsOf(view);
    if (planned === null) {
      show(cli, { of, plan: null, error: view.error, value: { ...view, image: null } }, false);
      return;
    }
    const secrets = readSecrets(cli, request.secretNames);
    cli.screen.note(`${planned.plan.builder}: ${clean(planned.choice.reason)}`);
    for (const warning of planned.plan.warnings) cli.screen.warn(`warning: ${clean(warning)}`);
    const local = { view, request, planned };
    showImage(cli, of, await buildHere(cli, { local, planned, env, workspace, secrets, output }));
  } finally {
    await workspace.remove();
  }
}
