import { advise } from '../kit/advise.ts';
import type { Cli } from '../kit/cli.ts';
import type { ExitCode } from '../kit/exit-codes.ts';
import { branchHere, headHere, remoteHere, repositoryOf } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';
import { announce } from './announce.ts';
import { type CreateOptions, requestOf } from './request-of.ts';
import { shortCommit } from './status.ts';

const PUSH_FIRST = 'Push it first (git push -u origin HEAD), or name another with --branch.';
const IS_IT_THERE = 'Is it pushed, and written as the git host has it? Else see: bitflow help errors';

/** `bitflow builds create`. */
export async function createBuild(
  cli: Cli,
  given: string | undefined,
  options: CreateOptions & { readonly wait?: boolean | undefined },
): Promise<ExitCode> {
  const repository = await repositoryOf(cli, given);
  const here = await whatIsHere(cli, repository, options);
  const body = requestOf(repository, { ...options, ...here });
  const api = await cli.api();
  return announce(cli, api, options.wait ?? false, async () => {
    const call = () => api.call('builds.create', { body });
    // The branch that is checked out may never have been pushed.
    const made = await advise('refused', here.branch === undefined ? IS_IT_THERE : PUSH_FIRST, call);
    await tellUnpushed(cli, here.branch, made.value.commit_sha);
    return made;
  });
}

/**
 * What to build where nothing was named: in a checkout of the repository the branch that is checked out (as the git
 * host has it), with a detached HEAD the commit; elsewhere nothing, which is the default branch.
 */
async function whatIsHere(
  { around }: Cli,
  repository: string,
  { branch, ref, commit }: CreateOptions,
): Promise<{ branch?: string; commit?: string }> {
  if ([branch, ref, commit].some((one) => one !== undefined)) return {};
  const remote = await remoteHere(around.cwd);
  if (remote?.fullName.toLowerCase() !== repository.toLowerCase()) return {};
  const current = await branchHere(around.cwd);
  if (current !== null) return { branch: current };
  const head = await headHere(around.cwd);
  return head === null ? {} : { commit: head };
}

/** What is not pushed is not built: worth a remark where somebody may think so. */
async function tellUnpushed(
  { around, screen }: Cli,
  branch: string | undefined,
  built: string,
): Promise<void> {
  if (branch === undefined) return;
  const head = await headHere(around.cwd);
  if (head === null || head === built) return;
  screen.note(
    `Built is ${shortCommit(built)}, which the git host has of ${clean(branch)}; your checkout is at ${shortCommit(head)}.`,
  );
}
