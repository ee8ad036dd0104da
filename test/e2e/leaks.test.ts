import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { cloudBuildClient } from '#adapters/cloud-build/client.ts';
import { Manifest } from '#builder/image.ts';
import { callbackToken, eventKey, exchangeToken } from '#core/ids.ts';
import { Secret } from '#core/secret.ts';
import { type ApiBuild, StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import { Markers } from '#test/support/markers.ts';
import { memoryDir } from '#test/support/memory-dir.ts';
import { allCloudBuilds, allDocuments, type Heard, listen } from '#test/support/places.ts';
import { dockerfile, MOUNT, NODE_PRINT, newValue, nodeApp, PRINT } from '#test/support/secret-apps.ts';
import { type RepositorySource, testRepository } from '#test/support/stack.ts';

const machine = await readMachine();
let dataDir: string;
let stack: Stack;
let messages: Awaited<ReturnType<typeof listen>>;
const builds: ApiBuild[] = [];
/** The build secrets of what should be clean, and of what leaks and is caught, by a name that says whose. */
const kept: Record<string, string> = {};
const leaked: Record<string, string> = {};

beforeAll(async () => {
  dataDir = (await memoryDir()) ?? (await mkdtemp(join(tmpdir(), 'bitflow-leaks-')));
  stack = await startStack({ machine, dataDir, log: () => undefined });
  messages = await listen(stack.info);
});

afterAll(async () => {
  await messages.close();
  await stack.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Builds a private repository that has the secret API_KEY. */
async function buildWith(value: string, source: RepositorySource) {
  const token = stack.env.GITHUB_TOKEN ?? '';
  const repository = await testRepository(stack.info, { ...source, private: { git: stack.git, token } });
  const client = new StackClient(stack.info);
  const path = `/v1/repositories/${repository.id}/secrets/API_KEY`;
  expect((await client.request('PUT', path, { value })).status).toBe(204);
  const ended = await repository.build();
  builds.push(ended.build);
  return { ...ended, repository, image: `local/${repository.fullName}` };
}

describe('a build that uses its secrets rightly', () => {
  test.each([
    ['dockerfile', 'succeeded', dockerfile(`${MOUNT} ${PRINT}; touch /done`)],
    ['dockerfile', 'failed', dockerfile(`${MOUNT} ${PRINT}; exit 3`)],
    ['nixpacks', 'succeeded', nodeApp(NODE_PRINT)],
    ['nixpacks', 'failed', nodeApp(`${NODE_PRINT} process.exit(3)`)],
  ])('%s, %s', async (builder, status, files) => {
    const value = newValue();
    kept[`secret of ${builder}, ${status}`] = value;
    const { build, log } = await buildWith(value, { files });
    expect(build, log).toMatchObject({ status, builder_type: builder });
    expect(log.split('\n').filter((line) => line === '[secret API_KEY]').length).toBeGreaterThan(0);
    expect(log).toMatch(/warning: The step .* printed the secret API_KEY; the log shows it masked/);
  });

  test('keeps the cache of every stage', async () => {
    const value = newValue();
    kept['secret of stages'] = value;
    const files = {
      Dockerfile: `FROM debian:bookworm-slim AS first\n${MOUNT} test -n "$API_KEY" && date > /made\nFROM scratch\nCOPY --from=first /made /\nCOPY text /\n`,
      text: 'first',
    };
    const { repository, build, log } = await buildWith(value, { files });
    expect(build, log).toMatchObject({ status: 'succeeded' });
    await execa(machine.buildctl, ['--addr', stack.info.buildkitHost, 'prune', '--all']);
    await writeFile(join(repository.copy.dir, 'text'), 'second');
    const second = await repository.build();
    builds.push(second.build);
    expect(second.build, second.log).toMatchObject({ status: 'succeeded' });
    expect(second.log).toMatch(/RUN --mount=type=secret.*: cached/);
  });
});

describe('a build that keeps a secret fails before anything leaves its machine', () => {
  const leaks: [string, (value: string) => Record<string, string>, RegExp][] = [
    [
      'a file that a command writes',
      () => dockerfile('WORKDIR /app', `${MOUNT} echo "$API_KEY" > /app/key`),
      /API_KEY: in \/app\/key, layer \d+, made by "RUN echo .*" \(line 3 of the Dockerfile\)\./,
    ],
    [
      'a copy of the mounted file',
      () => dockerfile('RUN --mount=type=secret,id=API_KEY cp /run/secrets/API_KEY /etc/key'),
      /API_KEY: in \/etc\/key, layer \d+, made by "RUN cp .*" \(line 2 of the Dockerfile\)\./,
    ],
    [
      'base64 in a file',
      () => dockerfile(`${MOUNT} printf 'user:%s' "$API_KEY" | base64 -w0 > /root/.auth`),
      /API_KEY \(base64\): in \/root\/\.auth, layer \d+/,
    ],
    [
      'a build argument',
      (value) => ({
        ...dockerfile('ARG KEY', 'RUN touch /used'),
        'bitflow.toml': `[dockerfile.args]\nKEY = ${JSON.stringify(value)}\n`,
      }),
      /API_KEY: in the image's history, of "ARG KEY=/,
    ],
    [
      'an environment variable',
      (value) => dockerfile(`ENV KEY=${encodeURIComponent(value)}`),
      /API_KEY \(URL-encoded\): in the environment variable KEY\./,
    ],
    [
      'a file of the repository',
      (value) => ({ ...dockerfile('COPY . /app'), 'config/key.txt': `key: ${value}` }),
      /API_KEY: in \/app\/config\/key\.txt, layer \d+, made by "COPY \. \/app" \(line 2 of the Dockerfile\)\./,
    ],
  ];
  test.each(leaks)('%s', async (what, files, where) => {
    const value = newValue();
    leaked[`leaked secret of ${what}`] = value;
    const { build, log, image } = await buildWith(value, { files: files(value) });
    expect(build, log).toMatchObject({ status: 'failed', image: null, error: { code: 'secret_leaked' } });
    expect(build.error?.message).toMatch(where);
    expect(build.error?.message).toContain('RUN --mount=type=secret,id=API_KEY,env=API_KEY');
    expect(log).toMatch(where);
    expect(await repositoriesOf(image)).toEqual([]);
    const tags = (await allDocuments(stack.info)).filter(({ path }) => path.startsWith('tags/'));
    expect(tags.filter(({ path, data }) => `${path}${JSON.stringify(data)}`.includes(image))).toEqual([]);
  });

  test('but not for a stage that it throws away, and then no cache is kept', async () => {
    const value = newValue();
    leaked['leaked secret of a stage'] = value;
    const files = {
      Dockerfile: `FROM debian:bookworm-slim AS first\n${MOUNT} echo "$API_KEY" > /key; echo made > /made\nFROM scratch\nCOPY --from=first /made /\n`,
    };
    const { build, log, image } = await buildWith(value, { files });
    expect(build, log).toMatchObject({ status: 'succeeded' });
    expect(log).toContain(
      'warning: The build keeps the secret API_KEY: in /key, a layer that is not part of the image.',
    );
    expect((await repositoriesOf(image)).map((path) => path.split('/')[0]).sort()).toEqual([
      'release',
      'staging',
    ]);
  });
});

/** What the registry has of an image: `staging/NAME` and so on. */
async function repositoriesOf(image: string): Promise<string[]> {
  const folder = join(dataDir, 'registry/docker/registry/v2/repositories');
  const paths = await readdir(folder, { recursive: true });
  return paths.filter((path) => path.endsWith(`/${image}`));
}

const PLANTED = 'planted.marker-0123456789-abcdef';
const PLANTED_BASE64 = Buffer.from(`x${PLANTED}`).toString('base64');

/** The layers of the image that holds the marker, by digest. */
let ownLayers: string[] = [];

test('a marker that nobody hides gets everywhere: the search that finds it there would find the secrets', async () => {
  const files = {
    Dockerfile: [
      'FROM debian:bookworm-slim AS first',
      `RUN echo made > /made; echo ${PLANTED_BASE64} > /thrown-away`,
      'FROM scratch',
      `LABEL note=${PLANTED_BASE64}`,
      'COPY --from=first /made /',
      'COPY file /',
      '',
    ].join('\n'),
    file: `key=${encodeURIComponent(PLANTED)}`,
  };
  const repository = await testRepository(stack.info, { files });
  const { build, log } = await repository.build();
  expect(build, log).toMatchObject({ status: 'succeeded' });
  expect(log).toContain(PLANTED_BASE64);
  await writeFile(join(stack.dir, 'logs', 'planted.log'), PLANTED_BASE64);
  const { projectId, cloudBuild } = stack.info;
  const client = cloudBuildClient(projectId, cloudBuild);
  const parent = `projects/${projectId}/locations/${stack.env.REGION}`;
  const steps = [{ name: stack.env.BUILDER_IMAGE ?? '', entrypoint: 'true' }];
  await client.createBuild({ parent, projectId, build: { steps, tags: [PLANTED] } });
  await client.close();
  const manifest = build.image?.platforms[0]?.manifest_digest ?? '';
  const { layers } = Manifest.parse(JSON.parse(await readFile(blobPath(manifest), 'utf8')));
  ownLayers = layers.map(({ digest }) => digest);
});

const blobPath = (digest: string) => {
  const hex = digest.replace('sha256:', '');
  return join(dataDir, 'registry/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
};

/** What a stored blob is, by what it holds. */
async function kindOf(path: string): Promise<string> {
  if (ownLayers.some((digest) => blobPath(digest) === path)) return 'layer';
  const text = await readFile(path, 'latin1');
  if (!text.startsWith('{')) return 'layer of the cache';
  return text.includes('"history"') ? 'configuration and history' : 'provenance';
}

describe('none of the secrets is', () => {
  let secrets: Record<string, string>;
  let tokens: Record<string, string>;

  beforeAll(async () => {
    const key = new Secret(stack.env.EXCHANGE_KEY ?? '');
    const attempts = (name: string, make: typeof eventKey) =>
      Object.fromEntries(builds.map(({ id, attempt }) => [`${name} of ${id}`, make(key, id, attempt)]));
    tokens = attempts('exchange token', exchangeToken);
    secrets = {
      planted: PLANTED,
      'clone token': stack.env.GITHUB_TOKEN ?? '',
      'registry password of the builder': stack.env.BUILDER_REGISTRY_PASSWORD ?? '',
      'registry password of promotion': stack.env.REGISTRY_PASSWORD ?? '',
      'webhook secret': stack.env.GITHUB_WEBHOOK_SECRETS ?? '',
      'webhook key': stack.env.WEBHOOK_KEY ?? '',
      'exchange key': key.reveal(),
      'API token': stack.info.token,
      ...attempts('event key', eventKey),
      ...attempts('callback token', callbackToken),
      ...kept,
    };
    expect(builds.length).toBeGreaterThanOrEqual(12);
    // the last word of every build has been heard, and with it whatever came before
    const unheard = () => builds.filter(({ id }) => !messages.heard.some(isLastWord(id)));
    await vi.waitFor(() => expect(unheard()).toEqual([]), { timeout: 20_000 });
  });

  const isLastWord =
    (id: string) =>
    ({ topic, data }: Heard) =>
      topic === 'build-events' && data.includes(id) && /"type":"(?:built|failed)"/.test(data);

  /** What the search found, without the planted marker, which it must have found. */
  function butPlanted(found: readonly string[]): string[] {
    expect(found).toContainEqual(expect.stringMatching(/^planted /));
    return found.filter((sighting) => !sighting.startsWith('planted '));
  }

  test('in the registry: no layer, configuration, history, provenance or cache', async () => {
    const { found } = await new Markers({ ...secrets, ...leaked, ...tokens }).inFolder(
      join(dataDir, 'registry'),
    );
    expect(butPlanted(found)).toEqual([]);
    const planted = found.map((sighting) => sighting.replace(/^.* in (?=\/)/, ''));
    expect(new Set(await Promise.all(planted.map((path) => kindOf(path))))).toEqual(
      new Set(['layer', 'layer of the cache', 'configuration and history', 'provenance']),
    );
  });

  test('in a document', async () => {
    const markers = new Markers({ ...secrets, ...leaked, ...tokens });
    const documents = await allDocuments(stack.info);
    expect(butPlanted(documents.flatMap(({ path, data }) => markers.inValue({ path, data }, path)))).toEqual(
      [],
    );
  });

  test('in a message, but for the token in those that hold a Build resource', async () => {
    const topics = ['deliveries', 'builds', 'reports', 'build-events', 'build-logs', 'cloud-builds'];
    expect(new Set(messages.heard.map(({ topic }) => topic))).toEqual(new Set(topics));
    const withToken = new Markers({ ...secrets, ...leaked });
    const without = new Markers({ ...secrets, ...leaked, ...tokens });
    const found = (topic: string) =>
      messages.heard
        .filter((message) => message.topic === topic)
        .flatMap((message) => (topic === 'cloud-builds' ? withToken : without).inValue(message, topic));
    expect(butPlanted(found('build-logs'))).toEqual([]);
    expect(butPlanted(found('cloud-builds'))).toEqual([]);
    expect(['deliveries', 'builds', 'reports', 'build-events'].flatMap(found)).toEqual([]);
  });

  test('in what a git host was told', async () => {
    const { statuses, told, comments } = stack.hosts.github.state;
    expect(statuses.length).toBeGreaterThan(0);
    const markers = new Markers({ ...secrets, ...leaked, ...tokens });
    expect(markers.inValue({ statuses, told, comments }, 'it')).toEqual([]);
  });

  test('in a Build resource, but for its own token, which is worthless without the builder’s identity', async () => {
    const markers = new Markers({ ...secrets, ...leaked, ...tokens });
    const resources = await allCloudBuilds(stack.info, stack.env.REGION ?? '');
    for (const { id } of builds) {
      const own = resources.filter(({ resource }) => JSON.stringify(resource).includes(id));
      expect(own.flatMap(({ resource }) => markers.inValue(resource, 'it'))).toEqual([
        `exchange token of ${id} (plain) in it`,
      ]);
    }
    const others = resources.filter(
      ({ resource }) => !builds.some(({ id }) => JSON.stringify(resource).includes(id)),
    );
    expect(butPlanted(others.flatMap(({ resource }) => markers.inValue(resource, 'it')))).toEqual([]);
  });

  test('in a log of a build or a process', async () => {
    const markers = new Markers({ ...secrets, ...leaked, ...tokens });
    const client = new StackClient(stack.info);
    for (const { id } of builds) {
      const lines: string[] = [];
      for await (const line of client.follow(id)) lines.push(line.text);
      expect(lines.length).toBeGreaterThan(5);
      expect(markers.inValue(lines.join('\n'), id)).toEqual([]);
    }
    const { found, files } = await markers.inFolder(join(stack.dir, 'logs'));
    expect(files).toBeGreaterThan(10);
    expect(butPlanted(found)).toEqual([]);
  });

  test('in what BuildKit keeps of builds that use them rightly', async () => {
    await stack.kill('buildkitd'); // its clean-up would go on below the search
    const { found } = await new Markers({ ...secrets, ...tokens }).inFolder(join(dataDir, 'buildkit'));
    expect(butPlanted(found)).toEqual([]);
  });
});
