import { fileURLToPath } from 'node:url';
import { type Ask, askAt, type Say } from './command-line.ts';
import { Problem } from './problem.ts';
import { type Sleep, sleepUntil } from './retry.ts';
import { inWords as failureInWords, StepFailed } from './run-steps.ts';
import { withoutTerraformSettings } from './terraform.ts';
import { Tools } from './tools.ts';

interface World {
  /** The checkout. */
  readonly root: string;
  readonly tools: Tools;
  readonly outside: {
    readonly say: Say;
    readonly ask: Ask;
    readonly sleep: Sleep;
    readonly fetch: (url: string) => Promise<{ readonly status: number }>;
  };
}

interface Program<Options, Result> {
  readonly usage: string;
  /** null: the usage is asked for. Throws Problem. */
  readonly parse: (argv: readonly string[], cwd: string) => Options | null;
  readonly run: (options: Options, world: World) => Promise<Result>;
  readonly inWords: (result: Result) => string;
}

/**
 * The frame of `deploy` and `destroy`. Exit codes: 0 done; 1 a step failed; 2 the command line is wrong; 130 it was
 * interrupted. stdout has the result, stderr everything else.
 */
export async function runProgram<Options extends { readonly json: boolean }, Result>(
  program: Program<Options, Result>,
): Promise<void> {
  const options = parsed(program);
  if (options === null) return;
  const tools = new Tools({ env: withoutTerraformSettings(process.env), live: process.stderr });
  const say: Say = (line) => process.stderr.write(`${line}\n`);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (tools.isInterrupted) return;
      say('Interrupted: waiting for what runs to end. Terraform first writes down what it has made.');
      tools.interrupt();
      interrupted.abort();
    });
  const ask = askAt(process.stdin, process.stderr);
  const outside = { say, ask, sleep: sleepUntil(interrupted.signal), fetch: answer };
  const root = fileURLToPath(new URL('../..', import.meta.url));
  try {
    const result = await program.run(options, { root, tools, outside });
    process.stdout.write(`${options.json ? JSON.stringify(result, null, 2) : program.inWords(result)}\n`);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    const { failure } = error;
    if (options.json) process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
    say(failureInWords(failure));
    process.exitCode = failure.interrupted ? 130 : 1;
  }
}

function parsed<Options, Result>({ parse, usage }: Program<Options, Result>): Options | null {
  try {
    const options = parse(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
    if (options === null) console.log(usage);
    return options;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`${error.message}\n\nNext: ${error.next}`);
    process.exitCode = 2;
    return null;
  }
}

/** An address's status; no redirect is followed, and no body is read. */
async function answer(url: string): Promise<{ status: number }> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(20_000) });
  await response.body?.cancel();
  return { status: response.status };
}
