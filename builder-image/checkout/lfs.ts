import { type ClonePolicy, checkCloneUrl } from '#core/clone-url.ts';
import { type GitContext, type GitFolders, git, makeRemote, type Remote } from '../adapters/git.ts';
import { BuildFailure, DISK_FULL } from '../failure.ts';

/** What `git lfs install` configures; without it `git lfs pull` leaves every pointer where it is, and succeeds. */
const INSTALLED = [
  'filter.lfs.clean=git-lfs clean -- %f',
  'filter.lfs.smudge=git-lfs smudge -- %f',
  'filter.lfs.process=git-lfs filter-process',
  'filter.lfs.required=true',
];

/**
 * Replaces Git LFS pointers by their files, where `.gitattributes` asks for it. The server is the
 * repository's own (`<url>/info/lfs`), or the one that a committed `.lfsconfig` names, if that may be asked.
 * @param elsewhere what is shown to a server that the commit names, where it is on the repository's own host.
 */
export async function fetchLfs(
  context: GitContext,
  folders: GitFolders,
  parent: Remote,
  elsewhere: Remote,
  policy: ClonePolicy,
  say: (line: string) => void,
): Promise<void> {
  if (!(await usesLfs(context, folders))) return;
  say('Fetching Git LFS files');
  const { remote, url } = await lfsServer(context, folders, parent, elsewhere, policy);
  const settings = [
    ...INSTALLED,
    `lfs.url=${url}`,
    'lfs.locksverify=false',
    'lfs.basictransfersonly=true',
  ].flatMap((setting) => ['-c', setting]);
  await git(context, folders, ['remote', 'add', '--', 'origin', parent.url.href]);
  const pulled = await git(context, folders, [...settings, 'lfs', 'pull', 'origin'], remote);
  if (pulled.code === 0) return;
  const said = `${pulled.stderr}\n${pulled.stdout}`;
  if (/no space left on device/i.test(said))
    throw new BuildFailure('disk_full', DISK_FULL, { fault: 'transient' });
  const gone = /does not exist|not found|404|403|401|authentication/i.test(said);
  const words = said.trim().split('\n').slice(-3).join(' ').slice(0, 600);
  const message = `Git LFS files could not be fetched from ${remote.url.host}. git-lfs says: ${words}`;
  throw new BuildFailure('lfs_failed', message, { fault: gone ? 'user' : 'transient' });
}

/** Whether a committed `.gitattributes` names the LFS filter. */
async function usesLfs(context: GitContext, folders: GitFolders): Promise<boolean> {
  const quiet = { ...context, onStderr: () => {} };
  const args = ['grep', '--quiet', '-F', '-e', 'filter=lfs', 'HEAD', '--', ':(glob)**/.gitattributes'];
  return (await git(quiet, folders, args)).code === 0;
}

async function lfsServer(
  context: GitContext,
  folders: GitFolders,
  parent: Remote,
  elsewhere: Remote,
  policy: ClonePolicy,
): Promise<{ remote: Remote; url: string }> {
  const quiet = { ...context, onStderr: () => {} };
  const own = `${parent.url.href.replace(/\/+$/, '').replace(/(?:\.git)?$/, '.git')}/info/lfs`;
  const has = await git(quiet, folders, ['cat-file', '-e', 'HEAD:.lfsconfig']);
  if (has.code !== 0) return { remote: parent, url: own };
  const read = await git(context, folders, ['config', '--blob', 'HEAD:.lfsconfig', '--null', '--list']);
  const entries = read.stdout.split('\0').map((entry) => entry.split('\n'));
  // As git-lfs has it, lfs.url counts before a remote's own; the one that is used is set for the command, so it wins.
  const named = entries.find(([key]) => key === 'lfs.url' || key === 'remote.origin.lfsurl')?.[1];
  if (named === undefined) return { remote: parent, url: own };
  const checked = checkCloneUrl(named, policy);
  if ('error' in checked) throw refused(checked.error);
  const credential = checked.ok.host === parent.url.host ? elsewhere.credential : null;
  const remote = await makeRemote(checked.ok, credential).catch((cause: unknown) => {
    throw new BuildFailure('lfs_failed', `The Git LFS host ${checked.ok.host} cannot be found.`, { cause });
  });
  if ('error' in remote) throw refused(remote.error);
  return { remote: remote.ok, url: checked.ok.href };
}

function refused(why: string): BuildFailure {
  return new BuildFailure(
    'lfs_failed',
    `The Git LFS server that .lfsconfig names is refused: its address ${why}.`,
  );
}
