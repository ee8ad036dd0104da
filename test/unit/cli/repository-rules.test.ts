import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { aCommand, REPO } from './resource-command.ts';

const RULES = {
  branches: ['main', 'release/*'],
  images: [{ name: 'api', root: 'services/api' }],
  schedules: [{ cron: '0 3 * * *', timezone: 'Europe/Vienna', cache: 'off' }],
};

/** A folder with one file of rules. */
async function aFile(name: string, text: string) {
  const cwd = await mkdtemp(join(tmpdir(), 'bitflow-rules-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await writeFile(join(cwd, name), text);
  return cwd;
}

describe('bitflow repos rules', () => {
  test('what show prints, set takes: as TOML and as JSON', async () => {
    const { run } = await aCommand();
    const cwd = await aFile('rules.json', JSON.stringify(RULES));
    const set = await run(['repos', 'rules', 'set', 'rules.json', ...REPO, '--json'], { cwd });
    expect(JSON.parse(set.stdout), set.stderr).toEqual(RULES);
    const shown = await run(['repos', 'rules', 'show', EXAMPLE.repository]);
    expect(shown.stdout).toContain('[rules]\nbranches = [ "main", "release/*" ]\n');
    const other = await aFile('rules.toml', shown.stdout);
    const again = await run(['repos', 'rules', 'set', 'rules.toml', ...REPO], { cwd: other });
    expect(again).toMatchObject({ code: 0, stdout: shown.stdout });
    const { stdout } = await run(['repos', 'show', EXAMPLE.repository]);
    expect(stdout).toContain('rules\tbranches, images, schedules (bitflow repos rules show)\n');
  });

  test('--none takes all away', async () => {
    const { run, world } = await aCommand();
    const cwd = await aFile('rules.toml', '[rules]\npull_requests = true\n');
    await run(['repos', 'rules', 'set', 'rules.toml', ...REPO], { cwd });
    const said = await run(['repos', 'rules', 'set', '--none', ...REPO]);
    expect(said).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('None are kept') });
    expect([...world.state.repositories.values()].map(({ rules }) => rules)).toContainEqual({});
  });

  test.each([
    ['rules.toml', '[rules]\nbranch = ["main"]\n', 'line 2'],
    ['rules.toml', '[rules\n', 'line 1'],
    ['rules.json', '{"branch": ["main"]}', 'branch'],
    ['rules.json', '[', 'rules.json'],
  ])('says what is wrong with %s: %j', async (name, text, words) => {
    const { run } = await aCommand();
    const said = await run(['repos', 'rules', 'set', name, ...REPO], { cwd: await aFile(name, text) });
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).toContain(words);
  });

  test.each([[[]], [['rules.toml', '--none']]])('takes a file or --none: %j', async (argv) => {
    const { run } = await aCommand();
    expect(await run(['repos', 'rules', 'set', ...argv, ...REPO])).toMatchObject({ code: 2, stdout: '' });
  });
});

test('repos show tells why nothing was built lately, and how the webhook stands', async () => {
  const { run, world } = await aCommand();
  for (const [id, one] of world.state.deliveries)
    world.state.deliveries.set(id, {
      ...one,
      verdict: 'ignored',
      reason: 'it is not the default branch',
      repository_id: [...world.state.repositories.values()][0]?.id ?? null,
      decided_at: one.received_at,
    });
  const { stdout } = await run(['repos', 'show', EXAMPLE.repository]);
  expect(stdout).toMatch(/not built\t\S+, 2026-\S+: it is not the default branch\n/);
  expect(stdout).toContain('webhook\tto be made by you: bitflow repos connect\n');
  expect((await run(['repos', 'show', EXAMPLE.repository, '--json'])).stdout).not.toContain('not built');
});
