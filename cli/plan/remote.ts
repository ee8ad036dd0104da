import { COMMIT_SHA } from '#core/git-names.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { type PlanOptions, readAsked } from './asked.ts';
import { Git } from './git.ts';

/** Has the service plan what is pushed: the newest commit of the default branch, unless another is named. */
export async function planThere(cli: Cli, folder: string, options: PlanOptions) {
  const { builder, environment, buildArgs, nixpacksVersion } = readAsked(options);
  const { branch, ref, commit } = options;
  const api = await cli.api();
  const repository = await repositoryOf(cli, options.repo);
  const { value, raw } = await api.call('builds.plan', {
    body: {
      repository_id: repository,
      ...(branch !== undefined && { branch }),
      ...(ref !== undefined && { ref }),
      ...(commit !== undefined && { commit_sha: await fullCommit(cli, folder, commit) }),
      ...(builder !== null && { builder_type: builder }),
      build_config: {
        ...{ environment, build_args: buildArgs },
        ...(nixpacksVersion !== null && { nixpacks_version: nixpacksVersion }),
      },
    },
    waitMs: PLAN_MS,
  });
  return { repository, value, raw };
}

/** The longest that the service plans. */
const PLAN_MS = 70_000;

/** A commit's full id: what is shorter, or a name, is what it is in the clone here. */
async function fullCommit(cli: Cli, folder: string, rev: string): Promise<string> {
  if (COMMIT_SHA.test(rev)) return rev;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`];
  const commit = await new Git(cli, folder).line(args).catch(() => null);
  if (commit !== null) return commit;
  const what = `there is no commit ${JSON.stringify(clean(rev))} in ${folder}`;
  throw new CliError(EXIT.notFound, what, 'Write its full id, or name a branch: --branch');
}
