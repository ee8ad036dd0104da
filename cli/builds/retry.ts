import { advise } from '../kit/advise.ts';
import type { Cli } from '../kit/cli.ts';
import type { ExitCode } from '../kit/exit-codes.ts';
import { announce } from './announce.ts';
import { findBuild } from './find-build.ts';

export interface RetryOptions {
  readonly repo?: string | undefined;
  readonly at: 'commit' | 'head';
  readonly wait?: boolean | undefined;
}

/** `bitflow builds retry`. */
export async function retryBuild(
  cli: Cli,
  id: string | undefined,
  { repo, at, wait = false }: RetryOptions,
): Promise<ExitCode> {
  const api = await cli.api();
  const build = await findBuild(cli, api, id, repo);
  const next = `See how it stands: bitflow builds show ${build}`;
  return announce(cli, api, wait, () =>
    advise('conflict', next, () => api.call('builds.retry', { params: { id: build }, body: { at } })),
  );
}
