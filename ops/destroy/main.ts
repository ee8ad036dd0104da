import { runProgram } from '../cloud/program.ts';
import { deploymentBundle } from '../deploy/bundling.ts';
import { destroy, type Result } from './destroy.ts';
import { parseOptions, USAGE } from './options.ts';

await runProgram({
  usage: USAGE,
  parse: parseOptions,
  run: (options, { root, tools, outside }) =>
    destroy(options, { root, tools, outside: { ...outside, bundle: deploymentBundle } }),
  inWords,
});

function inWords({ plan_only, changes, left }: Result): string {
  if (plan_only) return '\nNothing was deleted.';
  return [`\nDeleted ${changes.destroy} resources. Left, since Terraform did not make it:`, ...left].join(
    '\n  ',
  );
}
