import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { extract } from 'tar-stream';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { LocalBuildView } from '#cli/plan/view.ts';
import { readMachine } from '#local/machine.ts';
import { ensureBuilderImage } from '#local/setup/builder-image.mjs';
import { serveEngine } from '#test/support/by-hand.ts';
import { inPipe, inTerminal } from '#test/support/cli/installed.ts';
import { signedIn } from '#test/support/cli/signed-in.ts';
import { stable } from '#test/support/cli/stable.ts';
import { APPS_FOLDER } from '#test/support/expect.ts';
import { writeFiles } from '#test/support/stack.ts';

const info = inject('stack');
const machine = await readMachine();
/** buildctl and nixpacks are those of the set-up; BuildKit is the stack's, which has the base images. */
const env = {
  ...signedIn(info),
  XDG_CACHE_HOME: dirname(machine.cacheDir),
  BUILDKIT_HOST: info.buildkitHost,
};

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-here-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
}
/** A folder for temporary files that nobody else uses. */
async function ownTemporary() {
  const TMPDIR = await folderWith({});
  return { env: { ...env, TMPDIR }, leftBehind: () => readdir(TMPDIR) };
}

/** The small files of an archive, by name. */
async function filesIn(archive: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const entry of createReadStream(archive).pipe(extract()))
    files.set(
      entry.header.name,
      (entry.header.size ?? 0) < 100_000 ? await text(entry) : String(entry.resume()),
    );
  return files;
}
const Index = z.object({ manifests: z.array(z.object({ digest: z.string() })) });

describe('bitflow plan --build', () => {
  test('builds a sample app, and writes an image that an engine takes', async () => {
    const own = await ownTemporary();
    const folder = await folderWith({});
    const archive = join(folder, 'image.tar');
    const args = ['plan', join(APPS_FOLDER, 'node'), '--build', '--output', archive, '-R', 'acme/Shop'];

    const said = await inPipe(args, { env: own.env, cwd: folder });

    expect(said, said.stderr).toMatchObject({ code: 0 });
    expect(said.stderr).toContain('nixpacks: nixpacks recognises node');
    expect(said.stderr).toMatch(/^\[stage-0 .*RUN .*npm run build/m);
    const digest = /sha256:[0-9a-f]{64}/.exec(said.stdout)?.[0];
    const files = await filesIn(archive);
    expect(Index.parse(JSON.parse(files.get('index.json') ?? '')).manifests).toMatchObject([{ digest }]);
    const { command, globalArgs } = machine.engine;
    const loaded = await execa(command, [...globalArgs, 'load', '--input', archive]);
    onTestFinished(async () => {
      await execa(command, [...globalArgs, 'rmi', 'localhost/acme/shop:latest'], { reject: false });
    });
    expect(loaded.stdout).toContain('localhost/acme/shop:latest');
    expect(await own.leftBehind()).toEqual([]);
    expect(await readdir(folder)).toEqual(['image.tar']);
  });

  test('says of a failure what the service would say', async () => {
    const folder = await folderWith({
      Dockerfile: 'FROM debian:bookworm-slim\nRUN echo no such thing >&2; exit 3\n',
    });
    const said = await inPipe(['plan', '--build', '--output', 'x.tar'], { env, cwd: folder });
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toMatch(/^ {2}no such thing$/m);
    expect(said.stderr).toMatch(/^error {2}Line 2 of the Dockerfile failed: .* ended with exit code 3/m);
    expect(await readdir(folder)).toEqual(['Dockerfile']);
    const json = await inPipe(['plan', '--build', '--json'], { env, cwd: folder });
    const records = json.stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records).toContainEqual({ log: 'no such thing' });
    expect(LocalBuildView.strict().parse(records.at(-1))).toMatchObject({
      error: { code: 'build_failed' },
      image: null,
    });
    const unplanned = await inPipe(['plan', '--build', '--json'], {
      env,
      cwd: await folderWith({ 'a.txt': '' }),
    });
    expect(LocalBuildView.strict().parse(JSON.parse(unplanned.stdout)).error?.code).toBe('no_builder');
  });

  test('takes secrets from the environment, and lets none of them out', async () => {
    const value = randomBytes(12).toString('hex');
    const mount = 'RUN --mount=type=secret,id=API_KEY,env=API_KEY';
    const printing = `FROM debian:bookworm-slim\n${mount} echo "key $API_KEY" && test -n "$API_KEY"\n`;
    const withKey = { env: { ...env, API_KEY: value } };
    const args = ['plan', '--build', '--secret', 'API_KEY', '--output', 'image.tar'];

    const good = await inPipe(args, { ...withKey, cwd: await folderWith({ Dockerfile: printing }) });
    expect(good, good.stderr).toMatchObject({ code: 0 });
    expect(good.stderr).toContain('key [secret API_KEY]');
    expect(good.stderr).toContain('printed the secret API_KEY');

    const folder = await folderWith({ Dockerfile: `${printing}${mount} echo "$API_KEY" > /key\n` });
    const leaking = await inPipe(args, { ...withKey, cwd: folder });
    expect(leaking).toMatchObject({ code: 1, stdout: '' });
    expect(leaking.stderr).toContain('The image would contain the secret API_KEY');
    expect(await readdir(folder)).toEqual(['Dockerfile']);
    expect(`${good.stdout}${good.stderr}${leaking.stderr}`).not.toContain(value);

    const missing = await inPipe(args, { env, cwd: folder });
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('no value here for the build secret API_KEY');
  });

  test('ends at Ctrl-C, and leaves nothing', async () => {
    const own = await ownTemporary();
    const folder = await folderWith({
      Dockerfile: 'FROM debian:bookworm-slim\nRUN echo asleep; sleep 600\n',
    });
    const terminal = await inTerminal(['plan', '--build', '--output', 'x.tar'], {
      env: own.env,
      cwd: folder,
    });
    await terminal.until('asleep');
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(await readdir(folder)).toEqual(['Dockerfile']);
    expect(await own.leftBehind()).toEqual([]);
  });

  test('says in a terminal what became of it', async () => {
    const folder = await folderWith({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
    const options = { env, cwd: folder, columns: 100 };
    const terminal = await inTerminal(['plan', '--build', '-R', 'acme/shop'], options);
    expect(await terminal.ended).toBe(0);
    expect(stable(await terminal.screen())).toMatchSnapshot();
    const waiting = await folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nRUN echo asleep; sleep 3\n' });
    const live = await inTerminal(['plan', '--build'], { env, cwd: waiting });
    await live.until(/^\d\.\ds {2}\[2\/2\] RUN echo asleep/m);
    expect(await live.ended).toBe(0);
    expect(await live.screen()).not.toMatch(/^\d\.\ds {2}/m);
  });

  test('starts a BuildKit in a container engine, where none is named', async () => {
    const { reference: BUILDER_IMAGE } = await ensureBuilderImage(machine);
    const engine = await serveEngine(machine);
    onTestFinished(() => engine.close());
    const folder = await folderWith({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
    const inEngine = { ...env, BUILDKIT_HOST: '', DOCKER_HOST: `unix://${engine.socket}`, BUILDER_IMAGE };
    const said = await inPipe(['plan', '--build'], { env: inEngine, cwd: folder });
    expect(said, said.stderr).toMatchObject({ code: 0 });
    expect(said.stdout).toMatch(/sha256:[0-9a-f]{64}/);
  });

  test('says what it lacks', async () => {
    const folder = await folderWith({ Dockerfile: 'FROM scratch\n' });
    const away = { ...env, BUILDKIT_HOST: 'unix:///nonexistent/buildkitd.sock' };
    const said = await inPipe(['plan', '--build'], { env: away, cwd: folder });
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toMatch(/^error {2}The connection to BuildKit broke/m);
    const ssh = { ...env, BUILDKIT_HOST: '', DOCKER_HOST: 'ssh://host' };
    expect(await inPipe(['plan', '--build'], { env: ssh, cwd: folder })).toMatchObject({ code: 2 });
    const nowhere = await inPipe(['plan', '--build', '--output', 'no/x.tar'], { env, cwd: folder });
    expect(nowhere).toMatchObject({ code: 2, stdout: '' });
    expect(nowhere.stderr).toContain('cannot be written');
  });
});
