import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const Overlay = z.object({ nixpacks: z.record(z.string(), z.unknown()).default({}) });

/**
 * Reads the plan overlay: what a machine without the Nix archive uses instead, by provider, with a
 * `default`. It changes no app; without the variable there is none.
 */
export async function readOverlay(
  path: string | undefined,
): Promise<((providers: readonly string[]) => unknown) | null> {
  if (path === undefined) return null;
  const { nixpacks } = Overlay.parse(JSON.parse(await readFile(path, 'utf8')));
  return (providers) =>
    nixpacks[providers.find((name) => name in nixpacks) ?? 'default'] ?? nixpacks.default ?? null;
}
