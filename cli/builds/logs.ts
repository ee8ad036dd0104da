import { isTerminal } from '#core/build.ts';
import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import type { CliError } from '../kit/errors.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../kit/exit-codes.ts';
import { findBuild } from './find-build.ts';
import { follow } from './follow.ts';
import { readLog } from './log-reader.ts';
import { logWriter } from './log-writer.ts';
import { Outage } from './outage.ts';
import { titleOf } from './status.ts';
import { goesOn, logLost, nextStep } from './summary.ts';

export interface LogOptions {
  readonly repo?: string | undefined;
  readonly follow?: boolean | undefined;
}

/** `bitflow builds logs`. */
export async function showLog(cli: Cli, id: string | undefined, options: LogOptions): Promise<ExitCode> {
  const api = await cli.api();
  const build = await findBuild(cli, api, id, options.repo);
  return options.follow ? followLog(cli, api, build) : printLog(cli, api, build);
}

async function printLog({ screen, signal }: Cli, api: Api, id: string): Promise<ExitCode> {
  const writer = logWriter(screen, { follow: false });
  const told = (why: string | null) => why !== null && screen.note(`reconnecting… (${why})`);
  const outage = new Outage({ signal, told, goOn: `Read it again: bitflow builds logs ${id}` });
  for await (const lines of readLog(api, id, { signal, outage, follow: false }))
    writer.hear({ kind: 'lines', lines });
  writer.stop();
  return EXIT.ok;
}

/** The log as it comes. @returns the code of the build's state; 130 after Ctrl-C. */
async function followLog({ screen, signal }: Cli, api: Api, id: string): Promise<ExitCode> {
  const writer = logWriter(screen, { follow: true });
  let lost: CliError | null = null;
  try {
    const build = await follow(api, id, {
      signal,
      hear: writer.hear,
      log: true,
      onLogLost: (error) => {
        lost = error;
      },
      place: screen.isLive,
    });
    writer.stop();
    if (lost !== null) screen.warn(logLost(id, lost));
    const ended = isTerminal(build.status);
    screen.note(`${ended ? build.status.replaceAll('_', ' ') : 'waiting'}: ${titleOf(build)}`);
    const next = nextStep(build);
    if (next !== null && !ended) screen.note(next);
    return exitCodeOf(build.status) ?? EXIT.failed;
  } catch (error) {
    writer.stop();
    if (!signal.aborted) throw error;
    screen.note(goesOn({ id }));
    return EXIT.interrupted;
  }
}
