import { DockerfileParser } from 'dockerfile-ast';
import { ENVIRONMENT_ARG, type Variables } from '#core/build-config.ts';
import type { BuildPlan } from './builders/builder.ts';
import { BuildFailure } from './failure.ts';

/**
 * Gives the image of a plan an environment: ENV at the very end of the stage that becomes the image, so that no
 * command of the build sees it, and it comes over what the Dockerfile says itself. The values travel as build
 * arguments: no quoting can carry every value (a line break is one) through a Dockerfile.
 */
export function addEnvironment(plan: BuildPlan, environment: Variables): BuildPlan {
  const names = Object.keys(environment).sort();
  if (names.length === 0) return plan;
  const { dockerfile, target, buildArgs, variables } = plan;
  const values = names.map((name) => [`${ENVIRONMENT_ARG}${name}`, environment[name] ?? '']);
  return {
    ...plan,
    dockerfile: { ...dockerfile, path: null, text: appendTo(dockerfile.text, target, names) },
    buildArgs: { ...buildArgs, ...Object.fromEntries(values) },
    variables: { ...variables, runtime: [...new Set([...variables.runtime, ...names])].sort() },
  };
}

function appendTo(text: string, target: string | null, names: readonly string[]): string {
  const stages = DockerfileParser.parse(text).getFROMs();
  const at = target === null ? stages.length - 1 : stageAt(stages, target);
  // BuildKit says what is wrong with the Dockerfile or the target, in its own words.
  if (stages[at] === undefined) return text;
  const lines = text.replace(/\n$/, '').split('\n');
  const end = stages[at + 1]?.getRange()?.start.line ?? lines.length;
  const declared = names.flatMap((name) => [
    `ARG ${ENVIRONMENT_ARG}${name}`,
    `ENV ${name}=$${ENVIRONMENT_ARG}${name}`,
  ]);
  const changed = [...lines.slice(0, end), ...declared, ...lines.slice(end)].join('\n');
  const added = DockerfileParser.parse(changed)
    .getInstructions()
    .filter((instruction) => isBetween(instruction.getRange().start.line, end, end + declared.length));
  if (added.length === declared.length) return `${changed}\n`;
  throw new BuildFailure(
    'dockerfile_invalid',
    'The Dockerfile ends within an instruction: its last line continues, or a here-document is not closed.',
  );
}

/** The stage that BuildKit builds for a target: a name, in any case, or a number. */
function stageAt(stages: ReturnType<ReturnType<typeof DockerfileParser.parse>['getFROMs']>, target: string) {
  const named = stages.findIndex((stage) => stage.getBuildStage()?.toLowerCase() === target.toLowerCase());
  return named < 0 && /^\d+$/.test(target) ? Number(target) : named;
}

const isBetween = (line: number, from: number, to: number): boolean => line >= from && line < to;
