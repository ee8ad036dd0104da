import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { ROOT } from '#local/root.ts';

const AUTHOR = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** A git repository with the files of this checkout as they are now, as one commit: to be cloned. */
export async function repositoryOfCheckout(folder: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await execa('git', list, { cwd: ROOT });
  const deleted = await execa('git', ['ls-files', '-z', '--deleted'], { cwd: ROOT });
  const gone = new Set(deleted.stdout.split('\0'));
  for (const path of stdout
    .split('\0')
    .filter((path) => path !== '' && path !== 'node_modules' && !gone.has(path))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(ROOT, path), join(folder, path));
  }
  const git = (...args: string[]) => execa('git', args, { cwd: folder, env: AUTHOR });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  await git(...who, 'commit', '--quiet', '--message', 'as it is');
}
