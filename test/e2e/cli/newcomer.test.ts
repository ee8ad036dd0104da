import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readMachine } from '#local/machine.ts';
import { runImage } from '#local/run-image.ts';
import { confirmIn } from '#test/newcomer/confirm.ts';
import { walk } from '#test/newcomer/walk.ts';
import { startBrowser } from '#test/support/browser.ts';
import { repositoryOfCheckout } from '#test/support/checkout.ts';

const MINUTE = 60_000;

test(
  'a newcomer comes from a clone to an image, typing only what the output before told to type',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bitflow-newcomer-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const browser = await startBrowser();
    onTestFinished(() => browser.close());
    await repositoryOfCheckout(join(folder, 'source'));

    const { steps, image } = await walk({
      source: join(folder, 'source'),
      folder,
      reusePackages: true,
      confirm: (address) => confirmIn(browser, address),
      use: async (image) => {
        const running = await runImage(await readMachine(), image, `bitflow-newcomer-${process.pid}`);
        try {
          expect(await running.get('/')).toEqual({ status: 200, text: 'Hello from Node\n' });
        } finally {
          await running.stop();
        }
      },
    });

    expect(image).toMatch(/\/me\/hello@sha256:/);
    // npx says 130 at Ctrl-C whatever the command says (0: test/unit/cli/dev.test.ts); that the stack is gone is its own.
    const announced = join(folder, 'bitflow/.bitflow/local.json');
    await expect.poll(() => existsSync(announced), { timeout: MINUTE }).toBe(false);
    const verbs = steps.map(({ typed }) => typed.split(' ').slice(0, 3).join(' '));
    const way = ['npx bitflow dev', 'bitflow login --url', 'bitflow repos init', 'bitflow repos connect'];
    expect(verbs).toEqual(expect.arrayContaining([...way, 'git push -u', 'bitflow builds watch']));
  },
  20 * MINUTE,
);
