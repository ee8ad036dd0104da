import type { Cli } from '../kit/cli.ts';
import { details } from './details.ts';
import { findBuild } from './find-build.ts';
import { statusPaint, titleOf } from './status.ts';
import { nextStep } from './summary.ts';

/** `bitflow builds show`. */
export async function showBuild(
  cli: Cli,
  id: string | undefined,
  { repo }: { readonly repo?: string | undefined },
): Promise<void> {
  const { screen } = cli;
  const api = await cli.api();
  const { value, raw } = await api.call('builds.get', {
    params: { id: await findBuild(cli, api, id, repo) },
  });
  if (screen.json) return screen.value(raw);
  const fields = details(value, screen.isTerminal ? Date.now() : null);
  if (!screen.isTerminal) {
    for (const [name, text] of fields) screen.line(`${name}\t${text}`);
    return;
  }
  const paint = statusPaint(screen.paint, value.status);
  screen.line(`${titleOf(value)}  ${paint(value.status.replaceAll('_', ' '))}`);
  for (const [name, text] of fields) screen.line(`  ${screen.paint.dim(name.padEnd(NAME_COLUMNS))} ${text}`);
  const next = nextStep(value);
  if (next !== null) screen.note(next);
}

/** As long as the longest name. */
const NAME_COLUMNS = 11;
