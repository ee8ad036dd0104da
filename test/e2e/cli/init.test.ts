import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { TEMPLATE_NAMES } from '#cli/init/templates.ts';
import { readMachine } from '#local/machine.ts';
import { runImage, runToEnd } from '#local/run-image.ts';
import { inPipe, inTerminal } from '#test/support/cli/installed.ts';
import { testRepository } from '#test/support/stack.ts';

const MINUTE = 60_000;
const info = inject('stack');

const Written = z.strictObject({
  template: z.string(),
  done: z.literal('written'),
  folder: z.string(),
  files: z.array(z.string()),
  next: z.array(z.string()),
});
const Metrics = z.looseObject({
  site: z.string(),
  examples: z.int(),
  loss: z.number(),
  accuracy: z.number(),
});

/** What a template's app says at `/`; null: it is no server. */
const SAYS: Readonly<Record<(typeof TEMPLATE_NAMES)[number], string | null>> = {
  node: 'Hello from Node',
  python: 'Hello from Python',
  go: 'Hello from Go',
  rust: 'Hello from Rust',
  static: 'Hello from a static page',
  dockerfile: 'Hello from a Dockerfile',
  'pytorch-training': null,
};

async function temporaryFolder(finished: (work: () => Promise<void>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-init-test-'));
  finished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('what a template writes is pushed, becomes an image, and does what it says', () => {
  test.concurrent.for(TEMPLATE_NAMES)(
    '%s',
    { timeout: 10 * MINUTE },
    async (template, { expect, onTestFinished }) => {
      const folder = await temporaryFolder(onTestFinished);
      const init = await inPipe(['repos', 'init', '--template', template, '--json'], { cwd: folder });
      expect(init.code, init.stderr).toBe(0);
      const written = Written.parse(JSON.parse(init.stdout));
      expect(written.files).toEqual(expect.arrayContaining(['README.md', 'bitflow.toml', '.gitignore']));
      expect((await readdir(folder)).filter((name) => name.startsWith('.bitflow'))).toEqual([]);

      const repository = await testRepository(info, { folder }, onTestFinished);
      const { build, log } = await repository.build();
      expect(build, log).toMatchObject({ status: 'succeeded', error: null });
      const reference = build.image?.reference ?? '';
      const machine = await readMachine();
      const says = SAYS[template];

      if (says !== null) {
        const running = await runImage(machine, reference, `bitflow-e2e-${build.id}`);
        try {
          const answer = await running.get('/');
          expect(answer).toMatchObject({ status: 200, text: expect.stringContaining(says) });
          expect((await running.get('/no-such-page')).status).toBe(404);
        } finally {
          await running.stop();
        }
        return;
      }
      // One digest, several sites: each learns from data of its own.
      const metrics = [];
      for (const [SITE, SEED] of [
        ['north', '1'],
        ['south', '2'],
      ] as const) {
        const output = await runToEnd(machine, reference, { SITE, SEED, EPOCHS: '5' });
        metrics.push(Metrics.parse(JSON.parse(output.trim().split('\n').at(-1) ?? '')));
      }
      expect(metrics.map(({ site }) => site)).toEqual(['north', 'south']);
      expect(metrics[0]?.loss).not.toBe(metrics[1]?.loss);
      for (const { accuracy } of metrics) expect(accuracy).toBeGreaterThan(0.8);
    },
  );
});

describe('in a terminal', () => {
  test('it asks which template, and says what to type next', async ({ onTestFinished }) => {
    const folder = await temporaryFolder(onTestFinished);
    const terminal = await inTerminal(['repos', 'init'], { cwd: folder, columns: 100 });
    await terminal.until('Which template?');
    terminal.type('1\r');
    expect(await terminal.ended).toBe(0);
    expect(await terminal.screen()).toContain('git init -b main');
    expect(await readFile(join(folder, 'server.js'), 'utf8')).toContain('PORT');
  });

  test('Ctrl-C at the question writes nothing', async ({ onTestFinished }) => {
    const folder = await temporaryFolder(onTestFinished);
    const terminal = await inTerminal(['repos', 'init'], { cwd: folder });
    await terminal.until('Which template?');
    terminal.type('\x03');
    expect(await terminal.ended).toBe(130);
    expect(await readdir(folder)).toEqual([]);
  });
});
