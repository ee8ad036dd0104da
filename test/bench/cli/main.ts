import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { z } from 'zod';
import { bundleCli } from '#local/cli-bundle.mjs';
import { readMachine } from '#local/machine.ts';
import { commandOptions } from '#test/support/command.ts';
import { APPS_FOLDER } from '#test/support/expect.ts';
import { machineFacts } from '../machine-facts.ts';
import { APPS, commandsOf } from './commands.ts';
import { report } from './report.ts';
import { inTurns } from './run.ts';
import { startService } from './service.ts';

const USAGE = `npm run bench:cli [-- OPTIONS]    how long the bitflow command takes, beside bare Node and nixpacks

  --runs N    how often each command is run and counted (default 30)`;
const WARM_UPS = 3;

const { runs } = commandOptions((args) => {
  const options = { runs: { type: 'string', default: '30' }, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const Options = z.object({
    runs: z.coerce.number().int().min(1).max(10_000),
    help: z.boolean().default(false),
  });
  return Options.parse(values);
}, USAGE);

/** Runs each command in turn, many times, and prints what that took. Fails where a command fails. */
async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-bench-cli-'));
  const bundle = join(dir, 'bitflow.mjs');
  const service = await startService();
  try {
    await bundleCli(bundle);
    const machine = await readMachine();
    const apps = join(dir, 'apps');
    for (const app of APPS) await checkout(machine.git, join(APPS_FOLDER, app), join(apps, app));
    const commands = commandsOf({ bundle, machine, home: dir, apps, env: service.env });
    const facts = await machineFacts(machine.git);
    const samples = await inTurns(commands, runs, WARM_UPS);
    console.log(await report(facts, bundle, commands, samples));
  } finally {
    await service.close();
    await rm(dir, { recursive: true });
  }
}

/** A sample app as a repository with one commit. */
async function checkout(git: string, from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  await execa(git, ['-C', to, 'init', '--quiet']);
  await execa(git, ['-C', to, 'add', '--all']);
  await execa(git, ['-C', to, ...author, 'commit', '--quiet', '--message', 'app']);
}

await main();
