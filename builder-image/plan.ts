import type { BuilderType } from '#core/build.ts';
import { type BuildConfig, isOrder } from '#core/build-config.ts';
import type { Plan } from '#core/plan.ts';
import type { BuildInput, BuildPlan, PlanTools } from './builders/builder.ts';
import { type Choice, choose } from './choose.ts';
import { addEnvironment } from './environment.ts';
import { BuildFailure } from './failure.ts';
import type { BuildGrant } from './grant.ts';
import { readSettings } from './settings.ts';
import { CheckoutView } from './view.ts';

/** All that decides about a plan, beside the files of the checkout. */
export interface CheckoutRequest {
  readonly rootDirectory: string;
  readonly requested: BuilderType;
  /** `owner/name`. */
  readonly repository: string;
  readonly config: BuildConfig;
  readonly secretNames: readonly string[];
  readonly commands?: BuildGrant['commands'];
  readonly tools: PlanTools;
  /** Told of the builder as soon as it is known: planning may still fail. */
  readonly onChoice?: (choice: Choice) => void;
}

export interface Planned {
  readonly view: CheckoutView;
  readonly choice: Choice;
  readonly plan: BuildPlan;
}

/**
 * Works out how a checkout is built. The same files and request give the same plan, wherever it is asked for: in a
 * build, by the planner or on a developer's machine. Throws `BuildFailure` with what the build would fail with.
 */
export async function planCheckout(checkout: string, request: CheckoutRequest): Promise<Planned> {
  const { config, secretNames } = request;
  refuseNames(config, secretNames);
  const view = await CheckoutView.open(checkout, request.rootDirectory);
  const settings = await readSettings(view);
  const { dockerfile } = config;
  const input: BuildInput = {
    view,
    settings: {
      ...settings,
      nixpacks: { ...settings.nixpacks, ...request.commands },
      dockerfile: dockerfileOf(settings, dockerfile),
    },
    repository: request.repository,
    buildArgs: config.build_args,
    secretNames,
    tools: request.tools,
  };
  const choice = await choose(request.requested, input, dockerfile.path ?? dockerfile.target);
  request.onChoice?.(choice);
  refuseDockerfile(choice.builder.type, dockerfile);
  refuseCommands(choice.builder.type, request.commands);
  const planned = await choice.builder.plan(input);
  const warned = { ...planned, warnings: [...planned.warnings, ...unused(choice.builder.type, config)] };
  return { view, choice, plan: addEnvironment(warned, config.environment) };
}

/** A plan as people and programs see it. */
export function describePlan({ choice, plan }: Planned): Plan {
  const { reasons, warnings, start, phases, variables, secrets, caches, dockerfile, target } = plan;
  return {
    builder: plan.builder,
    reason: choice.reason,
    rejected: [...choice.rejected],
    ...{ reasons: [...reasons], warnings: [...warnings], start },
    phases: phases.map(({ name, commands }) => ({ name, commands: [...commands] })),
    variables: { runtime: [...variables.runtime], build: [...variables.build] },
    ...{ secrets: [...secrets], caches: [...caches] },
    dockerfile: { path: dockerfile.path, text: dockerfile.text },
    target,
    build_args: Object.keys(plan.buildArgs).sort(),
  };
}

/** What the build names comes over the file; with another Dockerfile than the file's, the file's stage is not meant. */
function dockerfileOf(
  { dockerfile }: BuildInput['settings'],
  asked: BuildConfig['dockerfile'],
): BuildInput['settings']['dockerfile'] {
  const path = asked.path ?? dockerfile.path;
  const target = asked.target ?? (path === dockerfile.path ? dockerfile.target : undefined);
  return { path, args: dockerfile.args, ...(target !== undefined && { target }) };
}

/** A Dockerfile that would be ignored is refused, as a command is. */
function refuseDockerfile(builder: BuildPlan['builder'], { path, target }: BuildConfig['dockerfile']): void {
  if (builder === 'dockerfile' || (path === null && target === null)) return;
  const message = `A Dockerfile or a stage of one is set, and the ${builder} builder takes none.`;
  throw new BuildFailure('config_invalid', `${message} Leave it out, or ask for the dockerfile builder.`);
}

/** A variable would be in the image or its provenance, and a secret may not be. */
function refuseNames({ environment, build_args }: BuildConfig, secretNames: readonly string[]): void {
  const args = Object.keys(build_args);
  const secret = [...Object.keys(environment), ...args].find((name) => secretNames.includes(name));
  if (secret !== undefined) {
    const message = `${secret} is a build secret and a variable of the build at once.`;
    throw new BuildFailure('config_invalid', `${message} Rename one of them, or remove the variable.`);
  }
  const order = args.find((name) => isOrder(name));
  if (order === undefined) return;
  throw new BuildFailure('config_invalid', `${order} cannot be the name of a build argument.`);
}

/** A command that would be ignored is refused: the image would not be the one that was asked for. */
function refuseCommands(builder: BuildPlan['builder'], commands: CheckoutRequest['commands']): void {
  if (builder === 'nixpacks' || !commands || Object.keys(commands).length === 0) return;
  const message = `A build or start command is set, and the ${builder} builder takes none.`;
  throw new BuildFailure(
    'config_invalid',
    `${message} Leave it out, or write builder = "nixpacks" in bitflow.toml.`,
  );
}

/** `auto` may be asked for with a version of nixpacks for the case that it is chosen. */
function unused(builder: BuildPlan['builder'], { nixpacks_version: version }: BuildConfig): string[] {
  if (version === null || builder === 'nixpacks') return [];
  return [`nixpacks_version is set, and the ${builder} builder has no part of nixpacks.`];
}
