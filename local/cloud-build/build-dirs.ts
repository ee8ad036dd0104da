import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';

/** "Only the first 50KB of data is stored": cloudbuild.proto, Results.build_step_outputs. */
const maxOutput = 50 * 1024;

export type BuildDirs = {
  readonly workspace: string;
  readonly home: string;
  outputsOf(step: number): Promise<string>;
  cidFileOf(step: number): string;
  remove(): Promise<void>;
};

const openDir = async (dir: string) => {
  await mkdir(dir, { recursive: true });
  await chmod(dir, 0o777); // mkdir's mode is cut by the umask; a step may run as any user
  return dir;
};

/** The folders of one build: `/workspace`, `/builder/home` and a `/builder/outputs` for each step. */
export const makeBuildDirs = async (workDir: string, buildId: string): Promise<BuildDirs> => {
  const root = path.join(workDir, buildId);
  await mkdir(root, { recursive: true, mode: 0o755 });
  return {
    workspace: await openDir(path.join(root, 'workspace')),
    home: await openDir(path.join(root, 'home')),
    outputsOf: (step) => openDir(path.join(root, `outputs-${step}`)),
    cidFileOf: (step) => path.join(root, `step-${step}.cid`),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
};

/**
 * Makes a step's `dir` in the workspace, which Docker does and podman does not. Stops at what is no folder: an
 * earlier step may have put a link there that leads out of the workspace, and the engine resolves it inside.
 */
export const makeWorkingDir = async (workspace: string, dir: string): Promise<void> => {
  const inside = path.posix.relative('/workspace', dir);
  if (inside === '' || inside.startsWith('..')) return;
  let at = workspace;
  for (const part of inside.split('/')) {
    at = path.join(at, part);
    const found = await lstat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found && !found.isDirectory()) return;
    if (!found) await openDir(at);
  }
};

/** The first 50 KB of `$BUILDER_OUTPUT/output`; empty if the step wrote none. */
export const readOutput = async (outputs: string): Promise<Buffer> => {
  // A hostile step may leave a link to a file of this machine, or a pipe that never ends: neither is followed.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path.join(outputs, 'output'), flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ELOOP') return undefined;
    throw error;
  });
  if (!file) return Buffer.alloc(0);
  try {
    if (!(await file.stat()).isFile()) return Buffer.alloc(0);
    const buffer = Buffer.alloc(maxOutput);
    const { bytesRead } = await file.read(buffer, 0, maxOutput, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};
