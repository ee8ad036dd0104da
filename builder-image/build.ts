import type { BuildResult } from '#core/build.ts';
import { startEngine } from './adapters/buildkit/index.ts';
import { checkout } from './checkout.ts';
import type { MachineEnv } from './env.ts';
import { execute } from './execute.ts';
import type { BuildGrant } from './grant.ts';
import { LineStream } from './log/lines.ts';
import type { LogShipper } from './log/shipper.ts';
import { StepLog } from './log/step-log.ts';
import { type Planned, planCheckout } from './plan.ts';
import { planTools } from './plan-tools.ts';
import type { Reporter } from './report.ts';
import type { Workspace } from './workspace.ts';

export interface BuildContext {
  readonly env: MachineEnv;
  readonly grant: BuildGrant;
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  readonly log: LogShipper;
  readonly signal: AbortSignal;
}

/** One build, from the clone to the image in its registry. Throws `BuildFailure` with the cause. */
export async function build(context: BuildContext): Promise<BuildResult> {
  const { env, grant, workspace, reporter, log, signal } = context;
  const say = (line: string) => reporter.say(line);

  reporter.begin('clone');
  if (!grant.build.trusted) say('The commit is of a fork: its build gets no secrets, and keeps no cache.');
  const said = new LineStream(log.masker, (line) => log.add(reporter.stage, line));
  const onStderr = (bytes: Buffer) => said.write(bytes);
  const folders = { gitDir: workspace.git, workTree: workspace.source };
  const gitContext = { env: workspace.env, account: workspace.account, signal, onStderr };
  await checkout(grant, folders, { allow: env.BITFLOW_ALLOW_HOSTS }, gitContext, say).finally(() =>
    said.end(),
  );

  reporter.begin('plan');
  const { view, plan } = await makePlan(context);
  for (const warning of plan.warnings) say(`warning: ${warning}`);
  if (plan.dockerfile.path === null) say(`The Dockerfile:\n${plan.dockerfile.text}`);

  reporter.begin('build');
  const engine = await startEngine(env, { build: grant.build, workspace, say, signal });
  const steps = new StepLog(log.masker, (line) => log.add(reporter.stage, line), say);
  try {
    const insecureRegistries = env.BITFLOW_INSECURE_REGISTRIES;
    const onPush = () => reporter.begin('push');
    return await execute({
      plan,
      view,
      grant,
      workspace,
      engine,
      insecureRegistries,
      signal,
      output: (step, bytes) => steps.write(step, bytes),
      say,
      onPush,
    });
  } finally {
    steps.end();
    // What is built is built; a BuildKit that stays behind ends by itself.
    await engine.stop().catch((error: unknown) => say(`warning: BuildKit was not stopped: ${error}`));
  }
}

async function makePlan({ env, grant, workspace, reporter, signal }: BuildContext): Promise<Planned> {
  const { root_directory, builder_type, repository, config } = grant.build;
  return planCheckout(workspace.source, {
    rootDirectory: root_directory,
    requested: builder_type,
    ...{ repository, config, secretNames: secretNames(grant) },
    ...(grant.commands && { commands: grant.commands }),
    tools: await planTools(env, workspace, signal),
    onChoice: ({ builder, reason }) => {
      reporter.say(`Builder: ${builder.type} (${reason})`);
      reporter.chose(builder.type);
    },
  });
}

/** Names that can stand in a Dockerfile and an environment; anything else is our own mistake. */
function secretNames({ secrets }: BuildGrant): string[] {
  const wrong = Object.keys(secrets).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} cannot be the name of a secret`);
  return Object.keys(secrets).sort();
}
