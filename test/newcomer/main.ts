import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMachine } from '#local/machine.ts';
import { explain } from '#local/until-interrupted.ts';
import { machineFacts } from '#test/bench/machine-facts.ts';
import { table } from '#test/bench/table.ts';
import { startBrowser } from '#test/support/browser.ts';
import { repositoryOfCheckout } from '#test/support/checkout.ts';
import { confirmIn } from './confirm.ts';
import { type Walk, walk } from './walk.ts';

// `npm run newcomer`: the way of somebody who is new here, timed. A time is a figure, never a failure.
const { cpu, cores, memory_bytes, load_before, commit } = await machineFacts((await readMachine()).git);
const folder = await mkdtemp(join(tmpdir(), 'bitflow-newcomer-'));
const browser = await startBrowser();
try {
  await repositoryOfCheckout(join(folder, 'source'));
  const { steps } = await walk({
    source: join(folder, 'source'),
    folder,
    reusePackages: false,
    confirm: (address) => confirmIn(browser, address),
    hear: ({ typed, ms }) => console.log(`${seconds(ms).padStart(7)} s  ${typed}`),
  }).catch(explain);
  const gib = (memory_bytes / 2 ** 30).toFixed(0);
  console.log(
    `\n${cpu}, ${cores} cores, ${gib} GiB, load ${load_before.toFixed(1)} before. Commit ${commit}.\n`,
  );
  console.log(render(steps));
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

function render(steps: Walk['steps']): string {
  const rows = steps.map(({ typed, ms }) => [`\`${nameless(typed)}\``, seconds(ms)]);
  const total = steps.reduce((sum, { ms }) => sum + ms, 0);
  return table(['typed', 's'], [...rows, ['all of it', seconds(total)]]);
}

/** Without what differs from run to run and from machine to machine. */
function nameless(typed: string): string {
  return typed
    .replaceAll(folder, '…')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/b-[0-9a-f]{24}/, 'ID');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
