import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '../cloud/problem.ts';

export interface Options {
  /** As it was typed, for the commands that are printed. */
  readonly varFile: string;
  /** Absolute. */
  readonly varFilePath: string;
  readonly planOnly: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  /** The bucket that Terraform's state is in; null: the project's own. */
  readonly stateBucket: string | null;
  /** Names of checks that are not made. */
  readonly skipped: ReadonlySet<string>;
}

export const USAGE = `npm run deploy -- --var-file env/prod.tfvars [options]

  makes a Google Cloud project into a BitFlow installation, or brings one up to date (docs/deploy.md)

  --var-file FILE      the environment: a file like env/example.tfvars
  --plan-only          checks and plans; changes nothing
  --yes                asks nothing, but before data would be deleted
  --json               the result as JSON on stdout
  --state-bucket NAME  where Terraform keeps its state; unless set, PROJECT-bitflow-state
  --skip-check NAME    leaves a check out, where you know better; may be repeated`;

/** Parses the command line; null: the usage is asked for. Throws Problem where it is not right. */
export function parseOptions(argv: readonly string[], command: string, cwd: string): Options | null {
  const { values } = parse(argv, command);
  if (values.help) return null;
  const varFile = values['var-file'];
  const next = `npm run ${command} -- --var-file env/prod.tfvars`;
  if (varFile === undefined) throw new Problem('--var-file is missing: the environment', next);
  const varFilePath = resolve(cwd, varFile);
  if (!existsSync(varFilePath))
    throw new Problem(
      `there is no ${varFile}`,
      `cp env/example.tfvars ${varFile}, and set project and region`,
    );
  return {
    varFile,
    varFilePath,
    planOnly: values['plan-only'],
    yes: values.yes,
    json: values.json,
    stateBucket: values['state-bucket'] ?? null,
    skipped: new Set(values['skip-check']),
  };
}

function parse(argv: readonly string[], command: string) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'var-file': { type: 'string' },
        'plan-only': { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'state-bucket': { type: 'string' },
        'skip-check': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem(why, `npm run ${command} -- --help`, { cause: error });
  }
}

/** The command that goes on after a failure: the same again, for every step is safe to run again. */
export function goOn(options: Options, command: string): string {
  const flags = [
    ...(options.planOnly ? ['--plan-only'] : []),
    ...(options.stateBucket === null ? [] : ['--state-bucket', options.stateBucket]),
    ...[...options.skipped].flatMap((name) => ['--skip-check', name]),
  ];
  return ['npm run', command, '--', '--var-file', options.varFile, ...flags].join(' ');
}
