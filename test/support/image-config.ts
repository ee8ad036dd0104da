import { z } from 'zod';
import { RegistryHttp, splitPath } from '#adapters/registry/http.ts';
import { MANIFEST_TYPES } from '#adapters/registry/manifests.ts';

const Manifest = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
});
const Config = z.object({
  config: z.object({ Env: z.array(z.string()).default([]) }),
  history: z.array(z.object({ created_by: z.string().default('') })),
});

/** What an image says of itself, as anyone who may pull it sees it. */
export interface ImageConfig {
  readonly environment: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
  /** The instructions that made it. */
  readonly history: readonly string[];
}

/** Reads the configuration of one platform's manifest. */
export async function imageConfig(path: string, manifestDigest: string): Promise<ImageConfig> {
  const { host, name } = splitPath(path);
  const http = new RegistryHttp({ insecure: [host], credential: async () => null });
  const get = async (what: string): Promise<unknown> => {
    const request = {
      method: 'GET',
      scopes: [`repository:${name}:pull`],
      headers: { accept: MANIFEST_TYPES },
    } as const;
    return (await http.send(host, `${http.base(host)}/v2/${name}/${what}`, request)).json();
  };
  const { config, layers } = Manifest.parse(await get(`manifests/${manifestDigest}`));
  const { config: own, history } = Config.parse(await get(`blobs/${config.digest}`));
  const pairs = own.Env.map((entry) => [
    entry.slice(0, entry.indexOf('=')),
    entry.slice(entry.indexOf('=') + 1),
  ]);
  return {
    environment: Object.fromEntries(pairs),
    layers: layers.map(({ digest }) => digest),
    history: history.map(({ created_by }) => created_by),
  };
}
