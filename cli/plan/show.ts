import type { Plan, PlanError } from '#core/plan.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import type { Screen } from '../kit/screen.ts';
import { clean, pad, width } from '../kit/text.ts';

/** A plan, or why there is none, and what it is of. */
export interface Shown {
  /** What was planned, in a few words. */
  readonly of: string;
  readonly plan: Plan | null;
  readonly error: PlanError | null;
  /** What `--json` prints. */
  readonly value: unknown;
}

/** Prints a plan. Throws CliError (1) with what a build would fail with. */
export function show({ screen }: Cli, { of, plan, error, value }: Shown, dockerfileOnly: boolean): void {
  if (screen.json) screen.value(value);
  else if (plan !== null && dockerfileOnly) showDockerfile(screen, plan);
  else if (plan !== null) for (const line of linesOf(screen, of, plan)) screen.line(line);
  if (error === null) return;
  const next = `Put it right and plan again: a build of ${clean(of)} would fail with ${error.code}.`;
  throw new CliError(EXIT.failed, clean(error.message), next, { code: error.code });
}

/** Alone on stdout, so that it may become a file: cleaned where somebody looks at it. */
function showDockerfile(screen: Screen, { dockerfile: { text }, warnings }: Plan): void {
  for (const warning of warnings) screen.warn(`warning: ${clean(warning)}`);
  screen.raw(screen.isTerminal ? text.split('\n').map(clean).join('\n') : text);
  if (!text.endsWith('\n')) screen.line();
}

function linesOf(screen: Screen, of: string, plan: Plan): string[] {
  const { bold, dim, yellow } = screen.paint;
  const { variables, dockerfile, target } = plan;
  const path = dockerfile.path === null ? 'generated (--dockerfile prints it)' : dockerfile.path;
  const reasons = plan.reasons.filter((reason) => reason !== plan.reason);
  const facts: (readonly [string, string])[] = [
    ['plan of', of],
    ...plan.rejected.map(({ builder, reason }) => [`not ${builder}`, reason] as const),
    ...reasons.map((reason) => ['because', reason] as const),
    ['Dockerfile', target === null ? path : `${path}, its stage ${target}`],
    ...(plan.start === null ? [] : [['start', plan.start] as const]),
    ...list('variables', variables.runtime, 'in the image'),
    ...list('', variables.build, 'in the build only'),
    ...list('secrets', plan.secrets),
    ...list('caches', plan.caches),
    ...list('build args', plan.build_args),
  ];
  const steps = plan.phases.flatMap(({ name, commands }) =>
    (commands.length === 0 ? ['(no commands of the app)'] : commands).map(
      (command, at) => [at === 0 ? name : '', command] as const,
    ),
  );
  return [
    `${bold(plan.builder)}: ${clean(plan.reason)}`,
    ...columns(facts, dim),
    ...(steps.length === 0 ? [] : ['', bold('phases'), ...columns(steps, dim)]),
    ...plan.warnings.map((warning) => `${yellow('warning')}: ${clean(warning)}`),
  ];
}

function list(title: string, names: readonly string[], remark?: string): [string, string][] {
  if (names.length === 0) return [];
  const text = names.join(', ');
  return [[title, remark === undefined ? text : `${text} (${remark})`]];
}

function columns(rows: readonly (readonly [string, string])[], dim: (text: string) => string): string[] {
  const cleaned = rows.map(([title, text]) => [clean(title), clean(text)] as const);
  const widest = Math.max(...cleaned.map(([title]) => width(title)));
  return cleaned.map(([title, text]) => `  ${dim(pad(title, widest))}  ${text}`);
}
