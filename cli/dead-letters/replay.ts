import type { Cli } from '../kit/cli.ts';
import { wholeId } from '../kit/ids.ts';
import { deadLetters } from './letters.ts';

const KIND = { what: 'dead letter', whole: /^dl-[0-9a-f]{24}$/, next: 'bitflow dead-letters list' };

/** `bitflow dead-letters replay`. */
export async function replayDeadLetter(cli: Cli, given: string): Promise<void> {
  const api = await cli.api();
  const id = await wholeId(given, KIND, (limit) => deadLetters(api, limit));
  const { value, raw } = await api.call('dead_letters.replay', { params: { id } });
  const { screen } = cli;
  if (screen.json) return screen.value(raw);
  screen.line(`${id} is on its way again. Whether it works now, the build says${of(value.build_id)}`);
}

const of = (build: string | null): string => (build === null ? '' : `: bitflow builds show ${build}`);
