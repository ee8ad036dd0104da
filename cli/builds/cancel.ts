import { advise } from '../kit/advise.ts';
import type { Cli } from '../kit/cli.ts';
import { confirm } from '../kit/confirm.ts';
import { clean } from '../kit/text.ts';
import { findBuild } from './find-build.ts';
import { titleOf } from './status.ts';

/** `bitflow builds cancel`. */
export async function cancelBuild(
  cli: Cli,
  id: string | undefined,
  { repo, yes }: { readonly repo?: string | undefined; readonly yes?: boolean | undefined },
): Promise<void> {
  const { screen } = cli;
  const api = await cli.api();
  const build = await findBuild(cli, api, id, repo);
  // It was not named, and may be somebody else's.
  if (id === undefined) await confirm(cli, `Cancel ${build}?`, yes);
  const { value, raw } = await advise('conflict', `See how it stands: bitflow builds show ${build}`, () =>
    api.call('builds.cancel', { params: { id: build } }),
  );
  if (screen.json) return screen.value(raw);
  const isOver = value.status === 'cancelled';
  screen.line(`${isOver ? 'Cancelled' : 'Being cancelled'}: ${clean(value.id)} ${titleOf(value)}`);
  if (!isOver)
    screen.note(`Nothing of it counts any more. See it end: bitflow builds watch ${clean(value.id)}`);
}
