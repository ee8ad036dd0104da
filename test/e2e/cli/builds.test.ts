import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { BuildView } from '#core/api/builds.ts';
import { StackClient } from '#local/client.ts';
import { inPipe, installedCli, inTerminal, openTerminal } from '#test/support/cli/installed.ts';
import { signedIn } from '#test/support/cli/signed-in.ts';
import { stable } from '#test/support/cli/stable.ts';
import { cuttingProxy } from '#test/support/cutting-proxy.ts';
import { listen } from '#test/support/listen.ts';
import { type TestRepository, testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const client = new StackClient(info);
const env = signedIn(info);

/** Lines for some seconds: of several bytes a letter, and of what a terminal would obey (the builder leaves that out). */
const SCRIPT = [
  'i=0',
  'while [ $i -lt 200 ]; do i=$((i+1)); printf "line %d: żółw 🐢 \\033[2J\\033]0;title\\007 and so on\\n\\n" $i; [ $((i % 20)) -eq 0 ] && sleep 0.4; done; true',
];
const TALKS = {
  Dockerfile: 'FROM debian:bookworm-slim\nCOPY say.sh /\nRUN sh /say.sh\n',
  'say.sh': `${SCRIPT.join('\n')}\n`,
};
/** A build that takes long. BuildKit does once what several builds have in common: `N` makes each its own. */
const sleeps = () => ({
  Dockerfile: `FROM debian:bookworm-slim\nARG N\nRUN echo asleep && sleep 120 # ${randomUUID()}\n`,
});

const bitflow = (argv: string, { copy }: TestRepository, more: Record<string, string> = {}) =>
  inPipe(argv.split(' '), { env: { ...env, ...more }, cwd: copy.dir });
const shown = (argv: string, { copy }: TestRepository, columns = 80) =>
  inTerminal(argv.split(' '), { env, cwd: copy.dir, columns });

/** The log as the service has it. */
async function storedLog(id: string): Promise<string> {
  const answer = await fetch(`${info.api}/v1/builds/${id}/logs?format=text`, {
    headers: { authorization: `Bearer ${info.token}` },
  });
  return answer.text();
}

test('a build that was just pushed is followed by all who look: live, in lines, as JSON, and its log byte for byte', async () => {
  const repository = await testRepository(info, { files: TALKS });
  const { copy, fullName } = repository;
  const commit = await copy.commitAndPush('a change', 'main');
  const watch = await shown('builds watch', repository);
  await watch.until('waiting for one');
  const { build_ids } = await client.push({ fullName, ref: 'refs/heads/main', before: null, after: commit });
  const id = build_ids[0] ?? '';
  const proxy = await cuttingProxy(info.api, 3_000);
  onTestFinished(() => proxy.close());
  const narrow = await shown(`builds logs --follow ${id}`, repository, 20);
  const others = Promise.all([
    bitflow(`builds watch ${id.slice(0, 14)}`, repository),
    bitflow(`builds watch --json ${id}`, repository),
    bitflow(`builds logs --follow ${id}`, repository, { BITFLOW_URL: proxy.url }),
    bitflow(`builds logs --follow --json ${id}`, repository),
  ]);

  await watch.until(/. build .*\n {2}.*line \d+/);
  watch.resize(24);
  await watch.until(/line \d+/);
  watch.resize(80);
  expect(await watch.ended).toBe(0);
  const screen = await watch.text();
  expect(screen.match(/✓ build/g)).toHaveLength(1);
  expect(screen).toContain('✓ succeeded in ');
  expect(watch.raw()).not.toMatch(/\?25l|\?1049h|\]0;title/);

  const [plain, json, cut, lines] = await others;
  const stored = await storedLog(id);
  expect([plain.code, json.code, cut.code, lines.code]).toEqual([0, 0, 0, 0]);
  expect(stable(plain.stdout.replace(/^\S+ queue number .*\n/gm, ''))).toMatchSnapshot();
  for (const line of json.stdout.trimEnd().split('\n'))
    expect(BuildView.parse(JSON.parse(line))).toEqual(JSON.parse(line));
  expect(JSON.parse(json.stdout.trimEnd().split('\n').at(-1) ?? '').status).toBe('succeeded');
  expect(proxy.cuts()).toBeGreaterThan(0);
  expect(stored).toContain('line 200: żółw 🐢  and so on\n\n');
  expect(Buffer.from(cut.stdout).equals(Buffer.from(stored))).toBe(true);
  const texts = lines.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).text);
  expect(texts.map((text) => `${text}\n`).join('')).toBe(stored);

  expect(await narrow.ended).toBe(0);
  expect(await narrow.text()).toContain('line 200: żółw 🐢  and so on');
  expect(narrow.raw()).not.toContain('\u001b]0;title');
  expect(await narrow.text()).not.toMatch(/^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/m);
});

describe('the exit code is how the build ended', () => {
  test('1 where it failed, with the last lines of its log', async () => {
    const repository = await testRepository(info, { files: { 'notes.txt': 'hello' } });
    await repository.copy.commitAndPush('a change', 'main');
    const said = await bitflow('builds create --wait', repository);
    expect(said.code).toBe(1);
    expect(said.stdout).toMatch(/^error no_builder /m);
    expect(said.stderr).toMatch(/bitflow builds logs b-/);
    const seen = await shown('builds retry --wait', repository);
    expect(await seen.ended).toBe(1);
    expect(await seen.text()).toMatch(/✗ failed in .*\n {2}no_builder: /);
  });

  test('124 where it took too long, 6 where it was cancelled', async () => {
    const repository = await testRepository(info, { files: sleeps() });
    await repository.copy.commitAndPush('a change', 'main');
    const late = bitflow('builds create --wait --build-arg N=1 --timeout 10s', repository);
    const watch = await shown('builds create --branch main --build-arg N=2 --wait', repository);
    await watch.until('asleep');
    const id = /b-[0-9a-f]{24}/.exec(await watch.text())?.[0];
    const cancel = await bitflow(`builds cancel ${id}`, repository);
    expect([cancel.code, cancel.stdout]).toEqual([0, expect.stringMatching(/^Being cancelled: b-/)]);
    expect(await watch.ended).toBe(6);
    expect(await watch.text()).toContain('✗ cancelled in build, after ');
    const timedOut = await late;
    expect([timedOut.code, timedOut.stdout]).toEqual([124, expect.stringMatching(/ timed_out .*limit/)]);
  });
});

/** The command in a shell that says whether it left the terminal as it was. */
async function inShell(argv: string, { copy }: TestRepository) {
  const script =
    'trap : INT; before=$(stty -g); "$@"; code=$?; [ "$before" = "$(stty -g)" ] && echo same; exit $code';
  const words = [process.execPath, await installedCli(), ...argv.split(' ')];
  return openTerminal('sh', ['-c', script, 'sh', ...words], { env, cwd: copy.dir });
}

describe('Ctrl-C leaves the build running, and says how to cancel it', () => {
  test('while it builds, while it waits, and while its log is followed', async () => {
    const repository = await testRepository(info, { files: sleeps() });
    await repository.copy.commitAndPush('a change', 'main');
    const made = await Promise.all(
      ['1', '2', '3'].map((N) =>
        client.create({ repository_id: repository.fullName, build_config: { build_args: { N } } }),
      ),
    );
    onTestFinished(async () => {
      for (const { id } of made) await client.request('POST', `/v1/builds/${id}/cancel`);
    });
    const stop = async (argv: string, seen: string | RegExp, status: string) => {
      const id = argv.split(' ').at(-1) ?? '';
      const terminal = await inShell(argv, repository);
      await terminal.until(seen);
      terminal.type('\x03');
      expect(await terminal.ended).toBe(130);
      const text = await terminal.text();
      expect(text).toContain(`Cancel it: bitflow builds cancel ${id}`);
      expect(text).toMatch(/^same$/m);
      expect(terminal.raw()).not.toContain('\u001b[?25l');
      expect((await client.build(id)).status).toBe(status);
    };
    const statusOf = async (id: string) => (await client.build(id)).status;
    let states: string[] = [];
    while (states.filter((state) => state === 'running').length < 2)
      states = await Promise.all(made.map(({ id }) => statusOf(id)));
    const running = made[states.indexOf('running')]?.id ?? '';
    const waiting = made[states.indexOf('queued')]?.id ?? '';
    await stop(`builds watch ${waiting}`, 'in the queue', 'queued');
    await stop(`builds logs -f ${waiting}`, 'in the queue', 'queued');
    await stop(`builds watch ${running}`, / build .*\n {2}.*asleep/, 'running');
    await stop(`builds logs --follow ${running}`, 'asleep', 'running');
  });

  test('and before the answer, that there may be one', async () => {
    const repository = await testRepository(info, { files: sleeps() });
    const server = createServer(() => undefined);
    const { address, close } = await listen(server);
    onTestFinished(close);
    const terminal = openTerminal(
      process.execPath,
      [await installedCli(), 'builds', 'create', repository.fullName],
      {
        env: { ...env, BITFLOW_URL: `http://${address}` },
        cwd: '/',
      },
    );
    await new Promise((resolve) => server.once('request', resolve));
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(await terminal.text()).toContain('may have been made');
  });
});
