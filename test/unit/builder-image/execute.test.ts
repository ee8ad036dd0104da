import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '#builder/adapters/buildkit/engine.ts';
import type { BuildPlan } from '#builder/builders/builder.ts';
import { execute } from '#builder/execute.ts';
import { CheckoutView } from '#builder/view.ts';
import { folderWith } from './support/folder.ts';
import { GRANT } from './support/grant.ts';
import { layerOf, layoutOf, type TestLayout } from './support/layout.ts';
import { temporaryFolder } from './support/temporary.ts';

const INDEX = `sha256:${'1'.repeat(64)}`;
const BLOB = (digit: string, size: number) => ({ digest: `sha256:${digit.repeat(64)}`, size });

/** What BuildKit makes of the app, before it is pushed. */
const CLEAN = await layoutOf({ layers: [{ blob: await layerOf([{ name: 'app', content: 'code' }]) }] });
const MANIFEST = CLEAN.manifest;

/** Writes down how it was called, as buildctl would be, and leaves its metadata file, or an image layout. */
const recorder = (layout: TestLayout) => `#!/usr/bin/env node
const { appendFileSync, cpSync, readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const after = (option) => args[args.indexOf(option) + 1];
if (args.includes('--delete')) {
  appendFileSync('forgotten', after('--delete') + ' ');
  process.exit(after('--addr') === 'unix:///x' ? 0 : 1);
}
writeFileSync(after('--ref-file'), 'ref-' + after('--output').slice(5, 8));
const config = readFileSync(process.env.DOCKER_CONFIG + '/config.json', 'utf8');
appendFileSync('calls.json', JSON.stringify({ args, env: process.env, config }) + '\\n');
const dest = /^type=oci,dest=([^,]+),/.exec(after('--output'))?.[1];
if (dest) cpSync(${JSON.stringify(layout.folder)}, dest, { recursive: true });
const digest = dest ? '${layout.digest}' : '${INDEX}';
writeFileSync(after('--metadata-file'), JSON.stringify({ 'containerimage.digest': digest }));
`;

const server = createServer((request, response) => {
  const body = request.url?.endsWith(INDEX)
    ? {
        manifests: [
          { digest: MANIFEST, size: 1, platform: { os: 'linux', architecture: 'amd64' } },
          {
            digest: `sha256:${'3'.repeat(64)}`,
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
    dockerfile: { path: null, text: 'FROM x\n', ignore: null },
    assets: { '.nixpacks/a': 'b' },
  },
  ...{
    target: null,
    buildArgs: { CI: 'true' },
    variables: { runtime: [], build: ['CI'] },
    secrets: ['API_KEY'],
  },
  ...{ caches: [], start: null, phases: [] },
};

async function call(
  plan: BuildPlan = PLAN,
  grant: Partial<typeof GRANT> = {},
  layout = CLEAN,
  engine: Partial<Engine> = {},
) {
  const root = await temporaryFolder();
  const said: string[] = [];
  await writeFile(join(root, 'buildctl'), recorder(layout));
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
    engine: { address: 'unix:///x', account: null, isShared: false, stop: async () => {}, ...engine },
    signal: new AbortController().signal,
    ...{ output: () => {}, say: (line: string) => void said.push(line), onPush: () => {} },
  });
  const calls = async (): Promise<Call[]> => {
    const lines = (await readFile(join(scratch, 'calls.json'), 'utf8')).trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  };
  /** The call that pushes. */
  const read = async () => (await calls()).at(-1) ?? { args: [], env: {}, config: '{}' };
  return { result, calls, read, said, scratch };
}

interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly config: string;
}

const outputOf = ({ args }: Call) => args[args.indexOf('--output') + 1];
const cacheOf = ({ args }: Call) => args[args.indexOf('--export-cache') + 1];
const secret = GRANT.secrets.API_KEY ?? '';

describe('the executor', () => {
  it('keeps the digests of the index and of the platforms apart, without attestations', async () => {
    const { result } = await call();
    expect(await result).toEqual({
      index_digest: INDEX,
      manifests: [{ platform: 'linux/amd64', manifest_digest: MANIFEST }],
      size_bytes: 900,
      builder_type: 'nixpacks',
      steps: { total: 0, cached: 0 },
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

  it.each(['off', 'refresh'] as const)('does every step anew where the cache is %s', async (cache) => {
    const build = { ...GRANT.build, config: { ...GRANT.build.config, cache } };
    const plain = await call(PLAN, { build, secrets: {} });
    await plain.result;
    expect((await plain.read()).args).toContain('--no-cache');
    const withSecrets = await call(PLAN, { build });
    await withSecrets.result;
    // What was looked through is what is pushed: the second call finds it.
    expect((await withSecrets.calls()).map(({ args }) => args.includes('--no-cache'))).toEqual([true, false]);
  });

  it('gives BuildKit the Dockerfile of a plan with what belongs to it', async () => {
    const dockerfile = { path: null, text: 'FROM y\n', ignore: 'node_modules\n' };
    const { result, scratch } = await call({ ...PLAN, dockerfile });
    await result;
    const folder = join(scratch, 'dockerfile');
    expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(dockerfile.text);
    expect(await readFile(join(folder, 'Dockerfile.dockerignore'), 'utf8')).toBe(dockerfile.ignore);
  });

  it('keeps cache mounts of repositories apart, and of builds that may write no cache', async () => {
    const namespace = async (grant: Partial<typeof GRANT>) => {
      const { result, read } = await call(PLAN, grant);
      await result;
      return (await read()).args.find((arg) => arg.startsWith('build-arg:BUILDKIT_CACHE_MOUNT_NS='));
    };
    const own = await namespace({});
    const staging = `${host}/staging/shop`;
    expect(await namespace({})).toBe(own);
    expect(await namespace({ build: { ...GRANT.build, repository: 'acme/other' } })).not.toBe(own);
    expect(await namespace({ registry: { ...GRANT.registry, staging, cache_to: null } })).not.toBe(own);
    const refresh = { ...GRANT.build, config: { ...GRANT.build.config, cache: 'refresh' as const } };
    expect(await namespace({ build: refresh })).not.toBe(own);
  });

  it('refuses build arguments that are orders to BuildKit', async () => {
    const { result } = await call({ ...PLAN, buildArgs: { BUILDKIT_CACHE_MOUNT_NS: 'theirs' } });
    await expect(result).rejects.toMatchObject({ code: 'config_invalid' });
  });

  it('refuses an image over the limit', async () => {
    const { result } = await call(PLAN, { secrets: {}, limits: { image_bytes: 899, log_bytes: 1 } });
    await expect(result).rejects.toMatchObject({ code: 'image_too_large', fault: 'user' });
  });

  describe('of a build with secrets', () => {
    it('pushes only what was looked through', async () => {
      const { result, calls, said, scratch } = await call();
      await result;
      const [first, second, ...more] = await calls();
      expect(first && [outputOf(first), cacheOf(first)]).toEqual([
        `type=oci,dest=${scratch}/layout,tar=false`,
        `type=local,dest=${scratch}/layout,tag=cache,mode=max,image-manifest=true,oci-mediatypes=true`,
      ]);
      expect(second && [outputOf(second), cacheOf(second)]).toEqual([
        expect.stringMatching(/^type=image,.*push=true/),
        expect.stringMatching(/^type=registry,.*mode=max/),
      ]);
      expect(more).toEqual([]);
      expect(said).toEqual([]);
      expect(await readdir(scratch)).not.toContain('layout');
    });

    it('asks both times for the same image, with the same secrets', async () => {
      const { result, calls } = await call();
      await result;
      const [first, second] = (await calls()).map(({ args, env, config }) => {
        const same = args.filter((arg, at) => !`${arg} ${args[at - 1]}`.match(/--(?:output|export-cache)/));
        return { args: same, env, config };
      });
      expect(first).toEqual(second);
    });

    it('pushes nothing where a secret is in the image', async () => {
      const leaking = await layoutOf({
        layers: [{ blob: await layerOf([{ name: 'key', content: secret }]) }],
      });
      const { result, calls, scratch } = await call(PLAN, {}, leaking);
      await expect(result).rejects.toMatchObject({ code: 'secret_leaked', fault: 'user' });
      expect((await calls()).map(outputOf)).toEqual([expect.stringMatching(/^type=oci/)]);
      expect(await readdir(scratch)).not.toContain('layout');
    });

    it('keeps no cache with a secret in it', async () => {
      const layers = [{ blob: await layerOf([{ name: 'app', content: 'code' }]) }];
      const thrownAway = await layerOf([{ name: 'key', content: secret }]);
      const { result, read } = await call(PLAN, {}, await layoutOf({ layers, cache: [thrownAway] }));
      await result;
      expect((await read()).args).not.toContain('--export-cache');
    });

    it('writes no cache where it may not', async () => {
      const registry = { ...GRANT.registry, staging: `${host}/staging/shop`, cache_to: null };
      const { result, calls } = await call(PLAN, { registry });
      await result;
      expect((await calls()).flatMap(({ args }) => args)).not.toContain('--export-cache');
    });

    it('leaves no record in a BuildKit that stays', async () => {
      const shared = await call(PLAN, {}, CLEAN, { isShared: true });
      await shared.result;
      expect(await readFile(join(shared.scratch, 'forgotten'), 'utf8')).toBe('ref-oci ref-ima ');
      const own = await call(PLAN);
      await own.result;
      expect(await readdir(own.scratch)).not.toContain('forgotten');
      const refusing = await call(PLAN, {}, CLEAN, { isShared: true, address: 'unix:///y' });
      await refusing.result;
      expect(refusing.said[0]).toMatch(/^warning: BuildKit may keep a record of this build/);
    });

    it('does not believe another image than the one that was looked through', async () => {
      const other = await layoutOf({
        layers: [{ blob: await layerOf([{ name: 'app', content: 'other' }]) }],
      });
      const { result } = await call(PLAN, {}, other);
      await expect(result).rejects.toMatchObject({ code: 'internal', fault: 'transient' });
    });

    it('says which secrets it cannot look for, and then needs no second call', async () => {
      const { result, calls, said } = await call(PLAN, { secrets: { API_KEY: 'production' } });
      await result;
      expect((await calls()).map(outputOf)).toEqual([expect.stringMatching(/^type=image/)]);
      expect(said).toEqual([
        'warning: The secret API_KEY is too short or too common a word to be looked for in the image.',
      ]);
    });
  });

  it('builds once where there is no secret', async () => {
    const { result, calls } = await call({ ...PLAN, secrets: [] }, { secrets: {} });
    await result;
    expect((await calls()).map(outputOf)).toEqual([expect.stringMatching(/^type=image,.*push=true/)]);
  });
});
