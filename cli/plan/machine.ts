import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonOrNull } from '../kit/json.ts';
import type { Surroundings } from '../kit/streams.ts';

/** What the set-up of a local service says of the tools that it has (`machine.json` in its cache folder, version 1). */
const Machine = z.object({
  version: z.literal(1),
  nixpacks: z.string(),
  buildctl: z.string(),
  baseImages: z.object({ overlay: z.string() }).nullable(),
});
type Machine = z.infer<typeof Machine>;

/** The set-up's tools; null: there was none on this machine, or one of another time. */
export async function readMachine({
  XDG_CACHE_HOME: cache,
  HOME: home,
}: Surroundings['env']): Promise<Machine | null> {
  const path = join(cache || join(home || homedir(), '.cache'), 'bitflow', 'machine.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  return Machine.safeParse(jsonOrNull(text)).data ?? null;
}
