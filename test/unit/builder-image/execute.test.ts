import { once } from 'node:events';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildPlan } from '#builder/builders/builder.ts';
import { execute } from '#builder/execute.ts';
import { CheckoutView } from '#builder/view.ts';
import { folderWith } from './support/folder.ts';
import { GRANT } from './support/grant.ts';
import { temporaryFolder } from './support/temporary.ts';

const INDEX = `sha256:${'1'.repeat(64)}`;
const MANIFEST = `sha256:${'2'.repeat(64)}`;
const ATTESTATION = `sha256:${'3'.repeat(64)}`;
const BLOB = (digit: string, size: number) => ({ digest: `sha256:${digit.repeat(64)}`, size });

/** Writes down how it was called, as buildctl would be, and leaves its metadata file. */
const RECORDER = `#!/usr/bin/env node
const { writeFileSync, readFileSync } = require('node:fs');
const args = process.argv.slice(2);
const config = readFileSync(process.env.DOCKER_CONFIG + '/config.json', 'utf8');
writeFileSync('call.json', JSON.stringify({ args, env: process.env, config }));
writeFileSync(args[args.indexOf('--metadata-file') + 1], JSON.stringify({ 'containerimage.digest': '${INDEX}' }));
`;

const server = createServer((request, response) => {
  const body = request.url?.endsWith(INDEX)
    ? {
        manifests: [
          { digest: MANIFEST, size: 1, platform: { os: 'linux', architecture: 'amd64' } },
          {
            digest: ATTESTATION,
            size: 1,
            annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
          },
        ],
      }
    : { config: BLOB('4', 100), layers: [BLOB('5', 500), BLOB('5', 500), BLOB('6', 300)] };
  response.end(JSON.stringify(body));
});
let host: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const PLAN: BuildPlan = {
  ...{
    builder: 'nixpacks',
    reasons: [],
    warnings: [],
    dockerfile: { text: 'FROM x\n' },
    assets: { '.nixpacks/a': 'b' },
  },
  ...{
    target: null,
    buildArgs: { CI: 'true' },
    variables: { runtime: [], build: ['CI'] },
    secrets: ['API_KEY'],
  },
  ...{ caches: [], start: null },
};

async function call(plan: BuildPlan = PLAN, grant: Partial<typeof GRANT> = {}) {
  const root = await temporaryFolder();
  await writeFile(join(root, 'buildctl'), RECORDER);
  await chmod(join(root, 'buildctl'), 0o755);
  const scratch = await mkdtemp(join(root, 'scratch-'));
  const view = await CheckoutView.open(await folderWith({ 'a.txt': '' }), '.');
  const registry = { ...GRANT.registry, staging: `${host}/staging/shop` };
  const env = { PATH: `${root}:${process.env.PATH}`, HOME: root };
  const result = execute({
    ...{ plan, view, grant: { ...GRANT, registry, ...grant }, insecureRegistries: [host] },
    workspace: {
      source: view.folder,
      git: root,
      home: root,
      scratch,
      account: null,
      env,
      remove: async () => {},
    },
    engine: { address: 'unix:///x', account: null, stop: async () => {} },
    ...{ signal: new AbortController().signal, output: () => {}, say: () => {}, onPush: () => {} },
  });
  return { result, read: async () => JSON.parse(await readFile(join(scratch, 'call.json'), 'utf8')) };
}

describe('the executor', () => {
  it('keeps the digests of the index and of the platforms apart, without attestations', async () => {
    const { result } = await call();
    expect(await result).toEqual({
      index_digest: INDEX,
      manifests: [{ platform: 'linux/amd64', manifest_digest: MANIFEST }],
      size_bytes: 900,
      builder_type: 'nixpacks',
    });
  });

  it('shows no secret in the process list, and hands nothing on that the command does not need', async () => {
    const { result, read } = await call();
    await result;
    const { args, env, config } = await read();
    expect(args.join(' ')).not.toMatch(/build-secret-value|registry-password|event-key|clone-password/);
    expect(args).toContain('id=API_KEY,env=BITFLOW_SECRET_0');
    expect(Object.keys(env).sort()).toEqual([
      'BITFLOW_SECRET_0',
      'BUILDKIT_HOST',
      'DOCKER_CONFIG',
      'HOME',
      'PATH',
    ]);
    expect(env.BITFLOW_SECRET_0).toBe('build-secret-value');
    expect(Object.keys(JSON.parse(config).auths)).toEqual([host, 'registry.example.com']);
  });

  it('gives Docker Hub’s credential by the name that buildctl looks for', async () => {
    const registry = {
      ...GRANT.registry,
      staging: `${host}/a/b`,
      cache_from: ['docker.io/a/b'],
      cache_to: null,
    };
    const { result, read } = await call(PLAN, { registry });
    await result;
    const { auths } = JSON.parse((await read()).config);
    expect(Object.keys(auths)).toEqual([host, 'https://index.docker.io/v1/']);
  });

  it('turns the cache, provenance and the index on', async () => {
    const { result, read } = await call();
    await result;
    const { args } = await read();
    const cache = /^type=registry,ref=registry\.example\.com\/cache\/shop:nixpacks-[0-9a-f]{16}/;
    expect(args[args.indexOf('--import-cache') + 1]).toMatch(cache);
    expect(args[args.indexOf('--export-cache') + 1]).toMatch(cache);
    expect(args[args.indexOf('--export-cache') + 1]).toMatch(
      /mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true$/,
    );
    expect(args).toContain('attest:provenance=mode=max');
    expect(args).toContain('context:bitflow-assets=local:bitflow-assets');
    expect(args).toContain(
      `type=image,name=${host}/staging/shop:b-1,push=true,oci-mediatypes=true,registry.insecure=true`,
    );
  });

  it('keeps cache mounts of repositories apart, and of builds that may write no cache', async () => {
    const namespace = async (grant: Partial<typeof GRANT>) => {
      const { result, read } = await call(PLAN, grant);
      await result;
      return (await read()).args.find((arg: string) => arg.startsWith('build-arg:BUILDKIT_CACHE_MOUNT_NS='));
    };
    const own = await namespace({});
    const staging = `${host}/staging/shop`;
    expect(await namespace({})).toBe(own);
    expect(await namespace({ build: { ...GRANT.build, repository: 'acme/other' } })).not.toBe(own);
    expect(await namespace({ registry: { ...GRANT.registry, staging, cache_to: null } })).not.toBe(own);
  });

  it('refuses build arguments that are orders to BuildKit', async () => {
    const { result } = await call({ ...PLAN, buildArgs: { BUILDKIT_CACHE_MOUNT_NS: 'theirs' } });
    await expect(result).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('refuses an image over the limit', async () => {
    const { result } = await call(PLAN, { limits: { image_bytes: 899, log_bytes: 1 } });
    await expect(result).rejects.toMatchObject({ code: 'image_too_large', fault: 'user' });
  });
});
