import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './root.ts';

/** What `.bitflow/local.json` says of a running stack: URLs or `host:port`, and process ids by name. */
export const StackInfo = z.object({
  api: z.string(),
  webhooks: z.string(),
  exchange: z.string(),
  callback: z.string(),
  git: z.string(),
  registry: z.string(),
  /** What builders push with: it may write below `staging/` and `cache/`. */
  registryBuilder: z.object({ username: z.string(), password: z.string() }),
  cloudBuild: z.string(),
  buildkitHost: z.string(),
  firestoreEmulatorHost: z.string(),
  pubsubEmulatorHost: z.string(),
  authEmulatorHost: z.string(),
  projectId: z.string(),
  token: z.string(),
  githubWebhookSecret: z.string(),
  pids: z.record(z.string(), z.int()),
});
export type StackInfo = z.infer<typeof StackInfo>;

/** Where a stack says that it is ready. Ignored by git; readable by its user only, for it holds a token. */
export const STACK_FILE = join(ROOT, '.bitflow/local.json');

/** Reads what a running stack wrote. */
export async function readStackInfo(): Promise<StackInfo> {
  return StackInfo.parse(JSON.parse(await readFile(STACK_FILE, 'utf8')));
}

/** Says to other programs that the stack is ready. */
export async function announce(info: StackInfo): Promise<void> {
  await mkdir(dirname(STACK_FILE), { recursive: true });
  await writeFile(STACK_FILE, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600 });
}
