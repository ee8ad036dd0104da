import type { Cli } from '../kit/cli.ts';
import { details } from '../kit/details.ts';
import { when } from '../kit/when.ts';
import { fieldsOf } from './fields.ts';
import { findBuild } from './find-build.ts';
import { nextStep } from './summary.ts';

/** `bitflow builds show`. */
export async function showBuild(
  cli: Cli,
  id: string | undefined,
  { repo }: { readonly repo?: string | undefined },
): Promise<void> {
  const { screen } = cli;
  const api = await cli.api();
  const build = await findBuild(cli, api, id, repo);
  const { value, raw } = await api.call('builds.get', { params: { id: build } });
  details(
    screen,
    raw,
    fieldsOf(value, { isTerminal: screen.isTerminal, when: (time) => when(screen, time) }),
  );
  const next = nextStep(value);
  if (next !== null) screen.note(next);
}
