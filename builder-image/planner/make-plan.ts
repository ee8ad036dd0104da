import type { Plan, PlanRequest } from '#core/plan.ts';
import { basic } from '../adapters/git.ts';
import { checkout } from '../checkout.ts';
import { BuildFailure } from '../failure.ts';
import { Masker } from '../log/mask.ts';
import { describePlan, planCheckout } from '../plan.ts';
import { planTools } from '../plan-tools.ts';
import { makeWorkspace, type Workspace } from '../workspace.ts';
import type { PlannerEnv } from './env.ts';

/**
 * Clones a commit as a build would, and plans it. Nothing stays behind, however it ends. Throws `BuildFailure` with
 * what a build would fail with, `timed_out` after the limit, and `Stopped` on abort.
 */
export async function makePlan(env: PlannerEnv, request: PlanRequest, stop: AbortSignal): Promise<Plan> {
  const late = AbortSignal.timeout(env.PLAN_TIMEOUT_S * 1000);
  const workspace = await makeWorkspace(env);
  try {
    return await planIn(workspace, env, request, AbortSignal.any([stop, late]));
  } catch (error) {
    if (late.aborted) {
      const message = `The plan took longer than ${env.PLAN_TIMEOUT_S} s.`;
      throw new BuildFailure('timed_out', message, { cause: error });
    }
    throw masked(error, request.clone.credential);
  } finally {
    await workspace.remove();
  }
}

async function planIn(
  workspace: Workspace,
  env: PlannerEnv,
  { build, clone, secret_names }: PlanRequest,
  signal: AbortSignal,
): Promise<Plan> {
  const folders = { gitDir: workspace.git, workTree: workspace.source };
  const context = { env: workspace.env, account: workspace.account, signal, onStderr: () => {} };
  await checkout({ build, clone }, folders, { allow: env.BITFLOW_ALLOW_HOSTS }, context, () => {});
  const planned = await planCheckout(workspace.source, {
    rootDirectory: build.root_directory,
    requested: build.builder_type,
    ...{ repository: build.repository, config: build.config },
    secretNames: [...secret_names].sort(),
    tools: await planTools(env, workspace, signal),
  });
  return describePlan(planned);
}

/** A server may say again what it was sent. */
function masked(error: unknown, credential: PlanRequest['clone']['credential']): unknown {
  if (!(error instanceof BuildFailure) || credential === null) return error;
  const masker = new Masker();
  masker.add('clone password', credential.password);
  masker.add('clone credential', basic(credential));
  const { code, fault, message } = error;
  return new BuildFailure(code, masker.mask(message), { fault });
}
