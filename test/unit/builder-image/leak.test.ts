import { describe, expect, it } from 'vitest';
import { LeakCheck } from '#builder/leak/check.ts';
import { type Compression, compressed, type LayoutSource, layerOf, layoutOf } from './support/layout.ts';

const VALUE = 'p@ss "w<rd/+~~~~????42';
const BASE = await layerOf([{ name: 'bin/sh', content: 'a shell' }]);
const CLEAN = { blob: BASE, instruction: 'ADD base.tar / # buildkit' };

async function check(
  source: LayoutSource,
  secrets: Record<string, string> = { API_KEY: VALUE },
  imageBytes = 1e6,
) {
  const { folder, digest } = await layoutOf(source);
  const said: string[] = [];
  const { signal } = new AbortController();
  const say = (line: string) => void said.push(line);
  const ended = await new LeakCheck(secrets).run({ folder, digest, imageBytes, signal, say }).then(
    (checked) => ({ code: null, message: '', checked }),
    (error: { code?: string; message: string }) => ({ ...error, message: error.message, checked: null }),
  );
  return { ...ended, said };
}

/** An image whose second layer has this one file. */
const withFile = async (content: string | Buffer, compression?: Compression): Promise<LayoutSource> => ({
  layers: [
    CLEAN,
    {
      blob: await layerOf(
        [
          { name: 'app/ok', content: 'x' },
          { name: 'app/.npmrc', content },
        ],
        compression,
      ),
      instruction: 'RUN |1 A=b /bin/sh -c npm   ci # buildkit',
      line: 4,
    },
  ],
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const url = encodeURIComponent(VALUE);
const json = JSON.stringify(VALUE).slice(1, -1);

describe('a secret in a file of a layer', () => {
  it.each([
    ['plain', '', VALUE],
    ['base64', ' (base64)', base64(VALUE)],
    ['base64, one byte in', ' (base64)', base64(`x${VALUE}`)],
    ['base64, two bytes in', ' (base64)', base64(`xy${VALUE}:z`)],
    ['base64url', ' (base64url)', Buffer.from(`x${VALUE}?`).toString('base64url')],
    ['URL-encoded', ' (URL-encoded)', url],
    ['URL-encoded in lower case', ' (URL-encoded)', url.replace(/%../g, (hex) => hex.toLowerCase())],
    ['form-encoded', ' (URL-encoded)', url.replaceAll('%20', '+')],
    ['in JSON', ' (JSON)', json],
    ['in JSON that Go wrote', ' (JSON)', json.replace('<', '\\u003c')],
    ['hex', ' (hex)', Buffer.from(VALUE).toString('hex')],
    ['hex in upper case', ' (hex)', Buffer.from(VALUE).toString('hex').toUpperCase()],
  ])('is found %s', async (_, form, text) => {
    const { code, message, said } = await check(await withFile(`key=${text}\n`));
    const where = `API_KEY${form}: in /app/.npmrc, layer 2, made by "RUN npm ci" (line 4 of the Dockerfile)`;
    expect(code).toBe('secret_leaked');
    expect(message).toBe(
      `The image would contain the secret ${where}. Mount it where a command needs it ` +
        '(RUN --mount=type=secret,id=API_KEY,env=API_KEY), and write it to no file, argument or label.',
    );
    expect(said).toEqual([`The image contains the secret ${where}`]);
  });

  it.each(['gzip', 'zstd', 'none'] as const)('is found in a layer of compression %s', async (compression) => {
    const { code, message } = await check(await withFile(VALUE, compression));
    expect({ code, message }).toMatchObject({
      code: 'secret_leaked',
      message: expect.stringContaining('/app/.npmrc'),
    });
  });

  it('is found wherever it lies, across the borders of chunks too', async () => {
    const size = 256 * 1024;
    const header = 3 * 512; // the file before, and both headers
    for (let at = size - header - VALUE.length; at <= size - header; at += 1) {
      const content = Buffer.alloc(size * 2, 'x');
      content.write(VALUE, at);
      const { message } = await check(await withFile(content));
      expect(message, `at ${at}`).toContain('in /app/.npmrc');
    }
  });

  it('is found in names, links and attributes, and shown in none', async () => {
    const layer = async (entry: Parameters<typeof layerOf>[0][number]) =>
      (await check({ layers: [{ blob: await layerOf([entry]) }] }, { API_KEY: 'marker-12345678' })).message;
    expect(await layer({ name: 'a/marker-12345678' })).toContain(
      'in the name of /a/[secret API_KEY], layer 1.',
    );
    expect(await layer({ name: 'a/b', link: '/marker-12345678' })).toContain('in the link /a/b, layer 1.');
    expect(await layer({ name: 'a/b', attributes: { user: 'marker-12345678' } })).toContain(
      'in an attribute of /a/b',
    );
    const long = `${'long/'.repeat(60)}marker-12345678`;
    expect(await layer({ name: long })).toContain('in the name of /long/long/');
  });

  it('is told of once for each file, ten files at most', async () => {
    const files = Array.from({ length: 12 }, (_, at) => ({ name: `f${at}`, content: `${VALUE} ${VALUE}` }));
    const { said } = await check({ layers: [{ blob: await layerOf(files) }] });
    expect(said.map((line) => /in (\S+),/.exec(line)?.[1])).toEqual(
      files.slice(0, 10).map(({ name }) => `/${name}`),
    );
  });

  it('is found in what is no archive', async () => {
    const { message } = await check({
      layers: [{ blob: compressed(Buffer.from(`not a tar ${VALUE}`), 'gzip') }],
    });
    expect(message).toContain('API_KEY: in layer 1.');
  });
});

describe('a secret beside the layers', () => {
  it.each<[string, Partial<LayoutSource>]>([
    ['in the environment variable KEY', { config: { config: { Env: ['A=b', `KEY=${VALUE}`] } } }],
    ['in the label key', { config: { config: { Labels: { key: VALUE } } } }],
    ["in the image's command", { config: { config: { Cmd: ['run', VALUE] } } }],
    ["in the image's entrypoint", { config: { config: { Entrypoint: [url] } } }],
    [
      "in the image's configuration (config.Healthcheck.Test.1)",
      { config: { config: { Healthcheck: { Test: ['CMD', VALUE] } } } },
    ],
    [`in the image's history, of "ARG KEY=[secret API_KEY]"`, { history: [`ARG KEY=${VALUE}`] }],
    ["in the image's annotations", { annotations: { note: base64(VALUE) } }],
    ['in the build argument KEY, which the provenance keeps', { args: { 'build-arg:KEY': VALUE } }],
    ['in the Dockerfile itself, which the provenance keeps', { dockerfile: `FROM x\nRUN login ${VALUE}\n` }],
    [
      "in the image's provenance (predicate.buildDefinition.externalParameters.request.args.label)",
      { args: { label: VALUE } },
    ],
  ])('is found %s', async (where, source) => {
    const { code, message } = await check({ layers: [CLEAN], ...source });
    expect(code).toBe('secret_leaked');
    expect(message).toContain(`API_KEY${/API_KEY( \([^)]*\))?: /.exec(message)?.[1] ?? ''}: ${where}. `);
    expect(message).not.toContain(VALUE);
  });

  it('is told of by its file first', async () => {
    const { message, said } = await check({ ...(await withFile(VALUE)), history: [`ENV A=${VALUE}`] });
    expect(message).toContain('/app/.npmrc');
    expect(said).toHaveLength(2);
  });
});

describe('what is not a leak', () => {
  it('is an image without the value', async () => {
    const layers = [
      CLEAN,
      { blob: await layerOf([{ name: 'big', content: Buffer.alloc(3e6, 'p@ss "w<rd/+~~~~????4') }]) },
    ];
    const { checked, said } = await check({ layers, cache: [BASE, Buffer.from('{}')] });
    expect(checked).toMatchObject({
      cacheIsClean: true,
      image: { manifests: [{ platform: 'linux/amd64' }] },
    });
    expect(said).toEqual([]);
  });

  it('is a value in a layer that only the cache keeps: the image goes, the cache does not', async () => {
    const thrown = await layerOf([{ name: 'etc/key', content: VALUE }]);
    const { checked, said } = await check({ layers: [CLEAN], cache: [thrown] });
    expect(checked).toMatchObject({ cacheIsClean: false });
    expect(said).toEqual([
      'warning: The build keeps the secret API_KEY: in /etc/key, a layer that is not part of the image.',
      'The cache of this build is not kept.',
    ]);
  });
});

describe('which values are looked for', () => {
  it.each(['', 'short', 'production', 'Postgres', '8080808080', 'aaaaaaaaaaaaaaaaaaaaaaaa', '   true   '])(
    'not %j: it would be found in any image',
    async (value) => {
      const leaks = new LeakCheck({ VALUE: value });
      expect(leaks.isNeeded).toBe(false);
      expect(leaks.unsearchable).toEqual(['VALUE']);
    },
  );

  const PEM_LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
  const PEM = `-----BEGIN PRIVATE KEY-----\n${PEM_LINE}\n${PEM_LINE.toLowerCase()}\nabc\n-----END PRIVATE KEY-----\n`;
  it.each([
    ['the whole of it', PEM],
    ['without its last line end', PEM.trim()],
    ['one line', `x ${PEM_LINE} y`],
    ['with other line ends', PEM.replaceAll('\n', '\r\n')],
    ['in JSON', JSON.stringify({ key: PEM })],
    ['as base64', base64(PEM)],
    ['as base64 in lines of 76', base64(PEM).replace(/.{76}/g, '$&\n')],
    ['as base64 in lines of 64', base64(PEM).replace(/.{64}/g, '$&\n')],
  ])('a key of several lines, %s', async (_, text) => {
    expect(await check(await withFile(text), { KEY: PEM })).toMatchObject({ code: 'secret_leaked' });
  });

  it('not the lines of a key that stand in every library', async () => {
    const account = `{\n  "type": "service_account",\n  "auth_uri": "https://accounts.google.com/o/oauth2/auth",\n  "private_key_id": "0123456789abcdef"\n}`;
    const common =
      '-----BEGIN PRIVATE KEY-----\n  "type": "service_account",\n"https://accounts.google.com/o/oauth2/auth"';
    expect(await check(await withFile(common), { KEY: PEM, ACCOUNT: account })).toMatchObject({ code: null });
  });

  it('a value of every length, one of 64 KiB too', async () => {
    const value = Array.from({ length: 2048 }, (_, at) => `Key${at}abcdefghijklmnopqrstuvw`)
      .join('\n')
      .slice(0, 65_536);
    expect(await check(await withFile(`x${value}x`), { KEY: value })).toMatchObject({
      code: 'secret_leaked',
    });
    expect(await check(await withFile(base64(value)), { KEY: value })).toMatchObject({
      code: 'secret_leaked',
    });
  });

  it('each of many secrets by its own name', async () => {
    const secrets = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`KEY_${at}`, `marker-${at}-abcdef`]),
    );
    const { message } = await check(await withFile('marker-77-abcdef'), secrets);
    expect(message).toContain('the secret KEY_77:');
  });
});

describe('limits', () => {
  it('refuses an image that unpacks to more than ten times the limit', async () => {
    const bomb = await layerOf([{ name: 'zeros', content: Buffer.alloc(20_000_000) }]);
    expect(await check({ layers: [{ blob: bomb }] }, undefined, 1_900_000)).toMatchObject({
      code: 'image_too_large',
      message: expect.stringContaining('The image unpacks to more than 19 MiB'),
    });
  });

  it('refuses an image over the limit before it looks', async () => {
    expect(await check(await withFile(VALUE), undefined, 100)).toMatchObject({
      code: 'image_too_large',
      message: expect.stringContaining('(compressed)'),
    });
  });

  it('keeps no cache that unpacks to too much', async () => {
    const bomb = await layerOf([{ name: 'zeros', content: Buffer.alloc(20_000_000) }]);
    const { checked, said } = await check({ layers: [CLEAN], cache: [bomb] }, undefined, 1_900_000);
    expect(checked).toMatchObject({ cacheIsClean: false });
    expect(said[0]).toBe('warning: The stages of this build are too large to be looked through for secrets.');
  });

  it('stops when the build is stopped', async () => {
    const { folder, digest } = await layoutOf({
      layers: [{ blob: await layerOf([{ name: 'zeros', content: Buffer.alloc(50_000_000) }]) }],
    });
    const stop = new AbortController();
    const running = new LeakCheck({ API_KEY: VALUE }).run({
      folder,
      digest,
      imageBytes: 1e9,
      signal: stop.signal,
      say: () => {},
    });
    setImmediate(() => stop.abort());
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
