import { LocalPlanView } from '#cli/plan/view.ts';
import { readMachine } from '#local/machine.ts';
import { type Given, runCli } from '#test/support/cli/in-process.ts';

const { nixpacks } = await readMachine();

/** Somebody who has nixpacks, and is signed in nowhere. */
export const HOME = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  BITFLOW_NIXPACKS: nixpacks,
};

/** Runs `bitflow plan` in a folder. */
export function runPlan(cwd: string, args: readonly string[] = [], given: Given = {}) {
  return runCli(['plan', ...args], { cwd, ...given, env: { ...HOME, ...given.env } });
}

/** The same, with its JSON. */
export async function planJson(cwd: string, args: readonly string[] = [], given: Given = {}) {
  const said = await runPlan(cwd, [...args, '--json'], given);
  return { ...said, view: LocalPlanView.strict().parse(JSON.parse(said.stdout)) };
}
