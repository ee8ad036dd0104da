import { z } from 'zod';
import { engineSchema } from './cloud-build/options.ts';
import { readMachine as readSetUp } from './setup/machine.mjs';

/** What the set-up found on this machine; `setup/machine.mjs` says what each field is. */
const Machine = z.object({
  version: z.literal(1),
  cacheDir: z.string(),
  node: z.string(),
  java: z.string(),
  nixpacks: z.string(),
  buildkitd: z.string(),
  buildctl: z.string(),
  runc: z.string(),
  registry: z.string(),
  git: z.string(),
  engine: engineSchema,
  pubsubEmulator: z.string().nullable(),
  firestoreEmulatorJar: z.string().nullable(),
  caBundle: z.string().nullable(),
  baseImages: z
    .object({ storage: z.string(), mirrored: z.array(z.string()), overlay: z.string() })
    .nullable(),
});
export type Machine = z.infer<typeof Machine>;

/** Reads the set-up's result. Throws where the set-up never ran. */
export async function readMachine(): Promise<Machine> {
  return Machine.parse(await readSetUp());
}
