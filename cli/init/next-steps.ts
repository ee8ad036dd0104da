import { readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { z } from 'zod';
import { isFullName } from '#core/git-names.ts';
import { findCheckout } from '../dev/checkout.ts';
import type { Cli } from '../kit/cli.ts';
import { git, remoteHere } from '../kit/repository.ts';

/** What `bitflow dev` says of where it is (local/stack-info.ts), as far as it matters here. */
const LocalStack = z.object({ api: z.string(), git: z.string() });

/** What to type after the files are written, in order: until the first push is a build. */
export async function nextSteps(cli: Cli, folder: string): Promise<string[]> {
  const url = await cli.setting('url');
  const local = url === null ? null : await localStack(cli, url);
  const isRepository = (await git(folder, ['rev-parse', '--git-dir'])) !== null;
  const remote = isRepository ? await remoteHere(folder) : null;
  const branch = (isRepository && (await git(folder, ['symbolic-ref', '--short', 'HEAD']))) || 'main';
  const name = basename(folder).replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  const fullName = isFullName(`me/${name}`) ? `me/${name}` : 'me/app';
  const address =
    local === null ? `https://github.com/OWNER/${fullName.slice(3)}.git` : `${local.git}/${fullName}.git`;
  const isLocal = local !== null && (remote === null || remote.cloneUrl?.startsWith(`${local.git}/`));
  return [
    ...(folder === cli.around.cwd ? [] : [`cd ${quoted(relative(cli.around.cwd, folder))}`]),
    ...(isRepository ? [] : ['git init -b main']),
    'git add . && git commit -m "The first version"',
    ...(remote === null ? [`git remote add origin ${quoted(address)}`] : []),
    ...(url === null ? ['bitflow login --url ADDRESS-OF-YOUR-BITFLOW'] : []),
    `bitflow repos connect${isLocal ? ' --platform github' : ''}`,
    `git push -u origin ${quoted(branch)}`,
  ];
}

/** The stack that a checkout on this machine runs, where it is the service that this command speaks to. */
async function localStack(cli: Cli, url: string): Promise<z.infer<typeof LocalStack> | null> {
  const checkout = await findCheckout(cli);
  if (checkout === null) return null;
  try {
    const stack = LocalStack.parse(JSON.parse(await readFile(join(checkout, '.bitflow/local.json'), 'utf8')));
    return new URL(stack.api).origin === new URL(url).origin ? stack : null;
  } catch {
    return null; // none runs
  }
}

/** A word as a shell takes it. */
const quoted = (word: string) => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
