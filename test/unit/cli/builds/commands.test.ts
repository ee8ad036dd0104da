import { describe, expect, test } from 'vitest';
import { BuildList, BuildView } from '#core/api/builds.ts';
import { QueueStatsView } from '#core/api/queue.ts';
import { aBuild, aChunk, aResult, T0 } from '#test/support/memory/examples.ts';
import { aWorld, over, running } from './world.ts';

const error = { code: 'build_failed', message: 'exit 3', source: 'builder' } as const;
const made = over('made', { status: 'succeeded', result: aResult(), created_at: T0 + 1 });
const bad = over('bad', { status: 'failed', error, created_at: T0 + 2 });
const waits = aBuild('waits', { ref: 'refs/heads/機能', created_at: T0 + 3 });
const going = running('going', { builder_type: 'dockerfile', created_at: T0 + 4 });

describe('builds list', () => {
  test('narrows by each filter', async () => {
    const { bitflow } = await aWorld(made, bad, waits, going);
    const ids = async (options: string) =>
      (await bitflow(`builds list ${options}`.trim())).stdout.split('\n').map((line) => line.split('\t')[0]);
    expect(await ids('')).toEqual([going.id, waits.id, bad.id, made.id, '']);
    expect(await ids('--status failed,queued')).toEqual([waits.id, bad.id, '']);
    expect(await ids('-s failed -s queued')).toEqual([waits.id, bad.id, '']);
    expect(await ids('--branch main --limit 2')).toEqual([going.id, bad.id, '']);
    expect(await ids('--builder dockerfile')).toEqual([going.id, '']);
    expect(await ids('--since 2026-01-01T00:00:00.003Z')).toEqual([going.id, waits.id, '']);
    expect(await ids('--repo acme/shop --since 1h')).toEqual(['']);
  });

  test('is a table for people, and the API’s page for programs', async () => {
    const { bitflow } = await aWorld(made, waits);
    const { stdout } = await bitflow('builds list', { columns: 100, env: { NO_COLOR: '1' } });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'ID          STATUS     REPOSITORY  REF   COMMIT   CREATED     TOOK',
      expect.stringMatching(
        new RegExp(`^${waits.id.slice(0, 10)} {2}queued {5}acme/shop {3}機能 {2}aaaaaaa`),
      ),
      expect.stringMatching(new RegExp(`^${made.id.slice(0, 10)} {2}succeeded {2}acme/shop .* 1m 05s$`)),
    ]);
    const page = JSON.parse((await bitflow('builds list --json --limit 1')).stdout);
    expect(BuildList.parse(page)).toEqual(page);
    expect(page.builds).toHaveLength(1);
  });

  test('tells the images of a repository apart, where it has several', async () => {
    const image = { registry: null, name: 'acme/shop/api', tags: ['main-auto-aaaaaaa'] };
    const { bitflow } = await aWorld(made, over('of api', { image, created_at: T0 + 9 }));
    const { stdout } = await bitflow('builds list', { columns: 100, env: { NO_COLOR: '1' } });
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(2, 4))).toEqual([
      ['REPOSITORY', 'IMAGE'],
      ['acme/shop', 'api'],
      ['acme/shop', 'shop'],
      [],
    ]);
  });

  test('says that there is nothing, on stderr', async () => {
    const { bitflow } = await aWorld();
    expect(await bitflow('builds list')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'There are no builds yet: bitflow help getting-started\n',
    });
    expect((await bitflow('builds list -s failed')).stderr).toBe('No builds are like that.\n');
    expect((await bitflow('builds list --repo acme/other')).code).toBe(4);
    expect((await bitflow('builds list --since often')).code).toBe(2);
  });
});

describe('which build', () => {
  test('a shortened id is enough where it is unambiguous', async () => {
    const { bitflow } = await aWorld(made, bad);
    for (const id of [made.id, made.id.slice(0, 9), made.id.slice(2, 9), made.id.slice(2, 9).toUpperCase()]) {
      const { stdout, code } = await bitflow(`builds show --json ${id}`);
      expect([code, BuildView.parse(JSON.parse(stdout)).id]).toEqual([0, made.id]);
    }
  });

  test('a whole id is looked up once, and not for', async () => {
    const { api, serve, env, bitflow } = await aWorld(made);
    const asked: string[] = [];
    const url = await serve((request) => {
      asked.push(new URL(request.url).pathname);
      return api.fetch(request);
    });
    expect(await bitflow(`builds show ${made.id}`, { env: env(url) })).toMatchObject({ code: 0 });
    expect(asked).toEqual([`/v1/builds/${made.id}`]);
  });

  test('one that stands for several, none, or nothing at all is refused', async () => {
    const many = Array.from({ length: 40 }, (_, at) => aBuild(`${at}`));
    const { bitflow } = await aWorld(...many);
    const digit = many[0]?.id[2] ?? '';
    const several = await bitflow(`builds show ${digit}`);
    expect(several).toMatchObject({ code: 2, stderr: expect.stringMatching(/could be several: b-/) });
    expect(await bitflow(`builds show b-${'0'.repeat(20)}`)).toMatchObject({ code: 4 });
    expect(await bitflow('builds show newest')).toMatchObject({ code: 2 });
    expect(await bitflow(`builds show ${digit} --repo acme/shop`)).toMatchObject({ code: 2 });
    expect(await bitflow('builds show')).toMatchObject({ code: 2 });
  });

  test('without one it is the newest of the repository', async () => {
    const { bitflow } = await aWorld(made, bad);
    const said = await bitflow('builds show --repo acme/shop --json');
    expect(JSON.parse(said.stdout).id).toBe(bad.id);
    expect(said.stderr).toContain('the newest build of acme/shop');
    const empty = await aWorld();
    expect(await empty.bitflow('builds show -R acme/shop')).toMatchObject({ code: 4 });
  });
});

describe('builds show', () => {
  test('says all of it, for people and in a pipe', async () => {
    const { bitflow } = await aWorld(bad);
    const { stdout } = await bitflow(`builds show ${bad.id}`);
    const fields = Object.fromEntries(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')),
    );
    expect(fields).toMatchObject({
      id: bad.id,
      status: 'failed',
      timeout: '30m 00s',
      created: '2026-01-01T00:00:00.002Z',
      error: 'build_failed: exit 3',
      stages: 'queue 2.0s · start 1.0s · clone 1.5s · build 1m 01s',
    });
    const people = await bitflow(`builds show ${bad.id}`, { columns: 80, env: { NO_COLOR: '1' } });
    expect(people.stdout).toMatch(/^status +failed$/m);
    expect(people.stderr).toContain(`bitflow builds retry ${bad.id}`);
  });

  test('names the build that took over from a superseded one', async () => {
    const taken = { status: 'cancelled', reason: 'superseded', superseded_by: bad.id } as const;
    const older = over('older', taken);
    const { bitflow } = await aWorld(older);
    const { stdout } = await bitflow(`builds show ${older.id}`);
    expect(stdout).toContain(`reason\ta later push took its place\n`);
    expect(stdout).toContain(`superseded by\t${bad.id}\n`);
  });
});

describe('builds logs', () => {
  const HOSTILE = 'a\u001b[2Jb\u001b]0;title\u0007c\rd\u202ee';
  const log = over('log', { status: 'succeeded', result: aResult(), last_log_chunk: 0 });

  test('are harmless in a terminal, and themselves in a pipe', async () => {
    const { store, bitflow } = await aWorld(log);
    await store.logs.create(aChunk(log.id, 0, HOSTILE), T0);
    expect((await bitflow(`builds logs ${log.id}`)).stdout).toBe(`${HOSTILE}\n`);
    const people = await bitflow(`builds logs ${log.id}`, { columns: 80, env: { NO_COLOR: '1' } });
    expect(people.stdout).toBe('── build\nabcde\n');
    const { stdout } = await bitflow(`builds logs ${log.id} --json`);
    expect(JSON.parse(stdout)).toEqual({
      seq: 0,
      at: '2026-01-01T00:00:00.000Z',
      stage: 'build',
      text: HOSTILE,
    });
  });

  test('of a build that goes on are what there is, and the exit code says that it was read', async () => {
    const { store, bitflow } = await aWorld(going);
    await store.logs.create(aChunk(going.id, 0, 'so far'), T0);
    expect(await bitflow(`builds logs ${going.id}`)).toEqual({ code: 0, stdout: 'so far\n', stderr: '' });
  });
});

describe('the rest', () => {
  test('builders', async () => {
    const { bitflow } = await aWorld();
    expect((await bitflow('builds builders')).stdout).toMatch(/^auto\t\t.*\ndockerfile\t.*\nnixpacks\t1/);
    expect((await bitflow('builds builders', { columns: 80 })).stdout).toContain('auto takes it for: ');
  });

  test('queue', async () => {
    const { bitflow } = await aWorld(waits, going);
    const { stdout } = await bitflow('queue', { columns: 80, env: { NO_COLOR: '1' } });
    expect(stdout.split('\n')).toEqual([
      '1 waiting, 1 running, 2 slots',
      expect.stringMatching(/^PLACE {2}BUILD {23}STARTS {2}OF/),
      expect.stringMatching(new RegExp(`^1 {6}${waits.id} {2}- {7}acme/shop 機能 aaaaaaa$`)),
      'last hour: no build ended',
      '',
    ]);
    const stats = JSON.parse((await bitflow('queue --json')).stdout);
    expect(QueueStatsView.parse(stats)).toEqual(stats);
  });

  test('queue --watch tells each change, until Ctrl-C', async () => {
    const { store, bitflow } = await aWorld(waits);
    const stop = new AbortController();
    const said = bitflow('queue --watch', {
      signal: stop.signal,
      onStdout: (text) => {
        if (text.split('\n').length === 2)
          void store.builds.apply(waits.id, { type: 'cancel_requested', at: T0 + 9 });
        else stop.abort();
      },
    });
    const { code, stdout } = await said;
    expect(code).toBe(130);
    expect(stdout.replace(/^\S+ /gm, '').split('\n')).toEqual([
      `waiting 1 running 0 capacity 2 next ${waits.id}`,
      'waiting 0 running 0 capacity 2',
      '',
    ]);
  });
});
