import { advise } from '../kit/advise.ts';
import type { Cli } from '../kit/cli.ts';
import { clean } from '../kit/text.ts';
import { findBuild } from './find-build.ts';
import { titleOf } from './status.ts';

/** `bitflow builds approve`. It takes an id: nobody should let a stranger's code run by a slip. */
export async function approveBuild(cli: Cli, id: string): Promise<void> {
  const { screen } = cli;
  const api = await cli.api();
  const build = await findBuild(cli, api, id, undefined);
  const { value, raw } = await advise('conflict', `See how it stands: bitflow builds show ${build}`, () =>
    api.call('builds.approve', { params: { id: build } }),
  );
  if (screen.json) return screen.value(raw);
  screen.line(`Approved: ${clean(value.id)} ${titleOf(value)}`);
  screen.note(`See it built: bitflow builds watch ${clean(value.id)}`);
}
