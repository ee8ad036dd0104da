import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../kit/exit-codes.ts';
import { buildOfHead, findBuild } from './find-build.ts';
import { follow } from './follow.ts';
import { readLog } from './log-reader.ts';
import { observerOf } from './observer.ts';
import { Outage } from './outage.ts';
import { goesOn, logLost } from './summary.ts';
import { type LogLine, lastOf } from './view.ts';

/** `bitflow builds watch`. */
export async function watchBuild(
  cli: Cli,
  id: string | undefined,
  { repo }: { readonly repo?: string | undefined },
): Promise<ExitCode> {
  const api = await cli.api();
  const build =
    id === undefined && repo === undefined
      ? await buildOfHead(cli, api)
      : await findBuild(cli, api, id, repo);
  return watchToEnd(cli, api, build);
}

/** Shows a build until there is nothing more to wait for. @returns the code of its state; 130 after Ctrl-C. */
export async function watchToEnd(cli: Cli, api: Api, id: string): Promise<ExitCode> {
  const { screen, signal } = cli;
  const observer = observerOf(screen);
  let lines: readonly LogLine[] = [];
  let lost: CliError | null = null;
  const onLogLost = (error: CliError) => {
    lost = error;
  };
  try {
    const build = await follow(api, id, {
      signal,
      hear: (heard) => {
        if (heard.kind === 'lines') lines = lastOf(lines, heard.lines);
        observer.hear(heard);
      },
      log: screen.isLive,
      onLogLost,
      place: !screen.json,
    });
    if (build.error !== null && !screen.isLive && !screen.json)
      lines = await lastLines(cli, api, id, onLogLost);
    observer.end(build, build.error === null ? [] : lines);
    if (lost !== null) screen.note(logLost(id, lost));
    return exitCodeOf(build.status) ?? EXIT.failed;
  } catch (error) {
    observer.stop();
    if (!signal.aborted) throw error;
    screen.note(goesOn({ id }));
    return EXIT.interrupted;
  }
}

/** The last lines of the log of a build that has ended. */
async function lastLines(
  { signal, screen }: Cli,
  api: Api,
  id: string,
  onLogLost: (error: CliError) => void,
): Promise<readonly LogLine[]> {
  let last: readonly LogLine[] = [];
  const told = (why: string | null) => why !== null && screen.note(`reconnecting… (${why})`);
  const outage = new Outage({ signal, told, goOn: `Its log: bitflow builds logs ${id}` });
  try {
    for await (const lines of readLog(api, id, { signal, outage, follow: true })) last = lastOf(last, lines);
  } catch (error) {
    if (signal.aborted || !(error instanceof CliError)) throw error;
    onLogLost(error);
  }
  return last;
}
