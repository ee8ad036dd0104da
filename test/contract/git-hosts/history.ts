import type { WorkTree } from './place.ts';

/** More than a host lists of a comparison: GitHub tells 300 files. */
const MANY = 400;

/** The commits of a repository in which everything happens that may happen to a path, by what happens. */
export function makeHistory(git: WorkTree): Readonly<Record<string, string>> {
  git.write('README.md', 'Shop\n');
  git.write('src/app.ts', 'a long enough file that a rename is found\n'.repeat(20));
  git.write('docs/ä ö #?%2F&=+.md', 'Grüße, 你好\n');
  git.write('bin/run', '#!/bin/sh\n');
  git.write('thing', 'a file\n');
  git.write('deep/er/and/deeper/still.txt', '1\n');
  const first = git.commit('first');
  git.run('mv', 'src/app.ts', 'src/main.ts');
  const renamed = git.commit('rename\n\nwith a body');
  git.write('bin/run', '#!/bin/sh\n', 0o755);
  git.link('link', 'README.md');
  const modes = git.commit('modes');
  git.remove('thing');
  git.write('thing/inside', 'a folder now\n');
  git.remove('deep');
  const folder = git.commit('a file becomes a folder, and a folder goes');
  for (let at = 0; at < MANY; at += 1) git.write(`many/${at % 7}/${at}.txt`, `${at}\n`);
  const many = git.commit('many');
  git.run('checkout', '--quiet', '-b', 'side', first);
  git.write('side.txt', 'side\n');
  const side = git.commit('side');
  git.run('checkout', '--quiet', 'main');
  git.run('merge', '--quiet', '--no-ff', '-m', 'merge', 'side');
  const merged = git.push();
  git.run('update-index', '--add', '--cacheinfo', `160000,${first},module`);
  git.run('commit', '--quiet', '-m', 'a submodule');
  const submodule = git.push();
  git.run('checkout', '--quiet', '--force', '--orphan', 'elsewhere');
  git.run('rm', '-r', '--quiet', '--cached', '.');
  git.run('clean', '--quiet', '-fdx');
  git.write('other.txt', 'nothing in common\n');
  const orphan = git.commit('nothing in common');
  git.run('checkout', '--quiet', '--force', 'main');
  return { first, renamed, modes, folder, many, side, merged, submodule, orphan };
}
