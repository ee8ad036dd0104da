import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegistryAccess } from '#adapters/registry/http.ts';
import { Secret } from '#core/secret.ts';
import { readMachine } from '#local/machine.ts';
import { Processes } from '#local/processes.ts';
import { startRegistry } from '#local/registry/registry.ts';

/** The local stack's registry, alone. */
export async function realRegistry() {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-registry-'));
  await mkdir(join(dir, 'logs'));
  const processes = new Processes(join(dir, 'logs'));
  const storage = join(dir, 'storage');
  const { address, promoter, builder, forkBuilder, tokens } = await startRegistry(
    processes,
    await readMachine(),
    dir,
    storage,
  );
  const credential = { username: promoter.username, password: new Secret(promoter.password) };
  const access: RegistryAccess = { insecure: [address], credential: async () => credential };
  const close = async () => {
    await tokens.close();
    await processes.stopAll();
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  };
  return {
    ...{ address, access, storage, close },
    /** Its token server, `host:port`. */
    tokens: new URL(tokens.realm).host,
    /** Who may write below `release/`. */
    user: promoter,
    /** Who may not. */
    reader: builder,
    /** Who builds a fork's code. */
    forkBuilder,
  };
}
