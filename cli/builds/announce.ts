import type { Answered, Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { EXIT, type ExitCode } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';
import { refName, titleOf } from './status.ts';
import { watchToEnd } from './watch.ts';

/**
 * Makes a build, says so, and waits for it where that is wanted. Ctrl-C before the answer leaves open whether there is
 * a build: that is said too.
 */
export async function announce(
  cli: Cli,
  api: Api,
  wait: boolean,
  make: () => Promise<Answered<'builds.create' | 'builds.retry'>>,
): Promise<ExitCode> {
  const { screen, signal } = cli;
  try {
    const { value, raw } = await make();
    if (wait) return await watchToEnd(cli, api, value.id);
    if (screen.json) screen.value(raw);
    else if (screen.isTerminal) screen.line(`Queued ${clean(value.id)}  ${titleOf(value)}`);
    else
      screen.line(
        [value.id, value.status, value.repository, refName(value), value.commit_sha].map(clean).join('\t'),
      );
    screen.note(`Watch it: bitflow builds watch ${clean(value.id)}`);
    return EXIT.ok;
  } catch (error) {
    if (!signal.aborted) throw error;
    screen.note(`The build may have been made all the same. See: bitflow builds list --since 5m`);
    return EXIT.interrupted;
  }
}
