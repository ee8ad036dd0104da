import { BuildFailure } from '#builder/failure.ts';
import { type CheckoutRequest, describePlan, type Planned, planCheckout } from '#builder/plan.ts';
import { planTools } from '#builder/plan-tools.ts';
import type { Workspace } from '#builder/workspace.ts';
import { type BuildConfig, DEFAULT_CONFIG, Variables } from '#core/build-config.ts';
import { isFullName } from '#core/git-names.ts';
import { Plan } from '#core/plan.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';
import { type Asked, type PlanOptions, readAsked } from './asked.ts';
import { type Connected, NOT_CONNECTED, readConnected } from './connected.ts';
import { findNixpacks } from './nixpacks.ts';
import { findOverlay } from './overlay.ts';
import { readSource, type Source } from './source.ts';
import type { LocalPlanView } from './view.ts';

/** What was planned here: what is shown of it, and what builds it. */
export interface Local {
  readonly view: LocalPlanView;
  readonly planned: Planned | null;
  readonly request: Omit<CheckoutRequest, 'tools'>;
}

/**
 * Plans the files that lie here, with the code of the service. Works without the service, unless its settings are
 * asked for (`--connected`). Throws CliError for what is asked for wrongly.
 */
export async function planHere(
  cli: Cli,
  path: string,
  options: PlanOptions,
  workspace: Workspace,
): Promise<Local> {
  const asked = readAsked(options);
  const source = await readSource(cli, path, options.commit, workspace);
  for (const remark of source.remarks) cli.screen.warn(`warning: ${remark}`);
  const named = options.repo ?? source.repository;
  const connected = options.connected ? await readConnected(cli, named) : NOT_CONNECTED;
  const request = {
    rootDirectory: rootOf(asked, source, connected),
    requested: asked.builder ?? connected.builder,
    repository: connected.repository ?? repositoryName(named),
    config: configOf(asked, connected),
    secretNames: [...new Set([...connected.secretNames, ...asked.secretNames])].sort(),
  };
  const { planned, error } = await tryPlan(cli, source, request, workspace);
  return { view: viewOf(source, request, planned, error), planned, request };
}

async function tryPlan(cli: Cli, source: Source, request: Local['request'], workspace: Workspace) {
  let nixpacks: Promise<string> | undefined;
  const overlay = await findOverlay(cli);
  const find = () => {
    nixpacks ??= findNixpacks(cli);
    return nixpacks;
  };
  const env = { BITFLOW_PLAN_OVERLAY: overlay };
  const tools = await planTools(env, { ...workspace, source: source.folder }, cli.signal, find);
  try {
    return { planned: await planCheckout(source.folder, { ...request, tools }), error: null };
  } catch (error) {
    if (error instanceof BuildFailure && error.fault === 'user') return { planned: null, error };
    throw error;
  }
}

/** The folder that was named, or the one that is asked for, from there. */
function rootOf({ rootDirectory }: Asked, { within }: Source, connected: Connected): string {
  if (rootDirectory === null) return connected.rootDirectory ?? within;
  return within === '.' ? rootDirectory : `${within}/${rootDirectory}`.replace(/\/\.$/, '');
}

function repositoryName(name: string): string {
  if (isFullName(name)) return name;
  const what = `${JSON.stringify(clean(name))} is no repository`;
  throw new CliError(EXIT.usage, what, 'Write owner/repo, as the git host has it; an id needs --connected.');
}

/** As the service puts it together: what is asked for comes over the repository's own variables. */
function configOf(asked: Asked, { variables }: Connected): BuildConfig {
  return {
    ...DEFAULT_CONFIG,
    environment: over('--env', variables.run, asked.environment),
    build_args: over('--build-arg', variables.build, asked.buildArgs),
    nixpacks_version: asked.nixpacksVersion,
  };
}

function over(option: string, own: Variables, asked: Variables): Variables {
  const parsed = Variables.safeParse({ ...own, ...asked });
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ message }) => message).join(', ');
  throw new CliError(EXIT.usage, `${option}, with the repository’s own variables: ${why}`, 'Give fewer.');
}

function viewOf(
  source: Source,
  { repository, rootDirectory }: Local['request'],
  planned: Planned | null,
  error: BuildFailure | null,
): LocalPlanView {
  return {
    repository,
    ref: source.ref,
    commit_sha: source.commit,
    uncommitted_changes: source.isChanged,
    root_directory: rootDirectory,
    plan: planned && Plan.parse(describePlan(planned)),
    error: error && { code: error.code, message: error.message },
  };
}
