import { chown, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildResult } from '#core/build.ts';
import { startEngine } from './adapters/buildkit/index.ts';
import { run } from './adapters/process.ts';
import type { BuildPlan, PlanTools } from './builders/builder.ts';
import { checkout } from './checkout.ts';
import { choose } from './choose.ts';
import type { MachineEnv } from './env.ts';
import { execute } from './execute.ts';
import { BuildFailure } from './failure.ts';
import type { BuildGrant } from './grant.ts';
import { LineStream } from './log/lines.ts';
import type { LogShipper } from './log/shipper.ts';
import { readOverlay } from './overlay.ts';
import type { Step } from './progress.ts';
import type { Reporter } from './report.ts';
import { readSettings } from './settings.ts';
import { CheckoutView } from './view.ts';
import type { Workspace } from './workspace.ts';

/** A step's name is its whole instruction. */
const MAX_STEP = 200;

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
  const stream = (onSecret?: (name: string) => void) =>
    new LineStream(log.masker, (line) => log.add(reporter.stage, line), onSecret);

  reporter.begin('clone');
  const said = stream();
  const onStderr = (bytes: Buffer) => said.write(bytes);
  const folders = { gitDir: workspace.git, workTree: workspace.source };
  const gitContext = { env: workspace.env, account: workspace.account, signal, onStderr };
  await checkout(grant, folders, { allow: env.BITFLOW_ALLOW_HOSTS }, gitContext, say).finally(() =>
    said.end(),
  );

  reporter.begin('plan');
  const view = await CheckoutView.open(workspace.source, grant.build.root_directory);
  const plan = await makePlan(context, view);
  for (const warning of plan.warnings) say(`warning: ${warning}`);
  if ('text' in plan.dockerfile) say(`The Dockerfile:\n${plan.dockerfile.text}`);

  reporter.begin('build');
  const engine = await startEngine(env, { build: grant.build, workspace, say, signal });
  const streams = new Map<string, LineStream>();
  const output = (step: Step, bytes: Buffer) => {
    const own = streams.get(step.id) ?? stream(warnOfSecrets(step.name, say));
    streams.set(step.id, own);
    own.write(bytes);
  };
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
      output,
      say,
      onPush,
    });
  } finally {
    for (const own of streams.values()) own.end();
    // What is built is built; a BuildKit that stays behind ends by itself.
    await engine.stop().catch((error: unknown) => say(`warning: BuildKit was not stopped: ${error}`));
  }
}

/** Tells once of each secret that a step's output holds: whoever runs it elsewhere would see the value. */
function warnOfSecrets(step: string, say: (line: string) => void): (name: string) => void {
  const told = new Set<string>();
  return (name) => {
    if (told.has(name)) return;
    told.add(name);
    const named = step.length <= MAX_STEP ? step : `${step.slice(0, MAX_STEP)}…`;
    say(`warning: The step ${named} printed the secret ${name}; the log shows it masked.`);
  };
}

async function makePlan(
  { env, grant, workspace, reporter, signal }: BuildContext,
  view: CheckoutView,
): Promise<BuildPlan> {
  const settings = await readSettings(view);
  const input = {
    view,
    settings: { ...settings, nixpacks: { ...settings.nixpacks, ...grant.commands } },
    repository: grant.build.repository,
    secretNames: secretNames(grant),
    tools: await planTools(env, workspace, signal),
  };
  const { builder, reason } = await choose(grant.build.builder_type, input);
  reporter.say(`Builder: ${builder.type} (${reason})`);
  reporter.chose(builder.type);
  refuseCommands(builder.type, grant);
  return builder.plan(input);
}

/** A command that would be ignored is refused: the image would not be the one that was asked for. */
function refuseCommands(builder: BuildPlan['builder'], { commands }: BuildGrant): void {
  if (builder === 'nixpacks' || !commands || Object.keys(commands).length === 0) return;
  const message = `A build or start command is set, and the ${builder} builder takes none.`;
  throw new BuildFailure(
    'config_invalid',
    `${message} Leave it out, or write builder = "nixpacks" in bitflow.toml.`,
  );
}

/** Names that can stand in a Dockerfile and an environment; anything else is our own mistake. */
function secretNames({ secrets }: BuildGrant): string[] {
  const wrong = Object.keys(secrets).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} cannot be the name of a secret`);
  return Object.keys(secrets).sort();
}

async function planTools(env: MachineEnv, workspace: Workspace, signal: AbortSignal): Promise<PlanTools> {
  const { account, source, home } = workspace;
  return {
    nixpacks: (args) => run({ file: 'nixpacks', args, cwd: source, env: workspace.env, account, signal }),
    // Below HOME, which belongs to the account that nixpacks runs as.
    emptyFolder: () => ownFolder(join(home, 'nixpacks-'), workspace),
    nixpacksOverlay: await readOverlay(env.BITFLOW_PLAN_OVERLAY),
  };
}

async function ownFolder(prefix: string, { account }: Workspace): Promise<string> {
  const path = await mkdtemp(prefix);
  if (account) await chown(path, account.uid, account.gid);
  return path;
}
