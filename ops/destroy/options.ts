import { type Options, parseOptions as parse } from '../deploy/options.ts';

export const USAGE = `npm run destroy -- --var-file env/test.tfvars [options]

  deletes a BitFlow installation from its project (docs/deploy.md). It refuses while delete_protection is on.

  --var-file FILE      the environment
  --plan-only          shows what would be deleted; deletes nothing
  --json               the result as JSON on stdout
  --state-bucket NAME  where Terraform keeps its state; unless set, PROJECT-bitflow-state

  There is no --yes: the project's id is typed.`;

/** Parses the command line; null: the usage is asked for. */
export const parseOptions = (argv: readonly string[], cwd: string): Options | null =>
  parse(argv, 'destroy', cwd);
