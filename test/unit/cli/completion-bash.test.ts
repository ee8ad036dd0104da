import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, onTestFinished } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { installedCli, openTerminal } from '#test/support/cli/installed.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld } from '#test/unit/access/world.ts';

/** An interactive bash in a terminal, with `bitflow` on its PATH and the script loaded, signed in to a service in memory. */
async function aShell() {
  const dir = await mkdtemp(join(tmpdir(), 'bitflow-completion-'));
  const bitflow = join(dir, 'bitflow');
  await writeFile(bitflow, `#!/bin/sh\nexec "${process.execPath}" "${await installedCli()}" "$@"\n`);
  await chmod(bitflow, 0o755);
  await writeFile(
    join(dir, '.bashrc'),
    "PS1='$ '\nbind 'set bell-style none'\nsource <(bitflow completion bash)\n",
  );
  const world = await aWorld();
  const shell = openTerminal('bash', ['--rcfile', join(dir, '.bashrc'), '-i'], {
    cwd: dir,
    env: {
      HOME: dir,
      PATH: `${dir}:${process.env.PATH}`,
      BITFLOW_URL: await serveApi(world.api),
      BITFLOW_TOKEN: world.secretOf('admin'),
    },
  });
  onTestFinished(() => shell.kill('SIGKILL'));
  await shell.until(/\$ ?$/);
  return shell;
}

it('Tab completes commands, options, values and things of the service', async () => {
  const shell = await aShell();
  shell.type('bitflow bui\t');
  await shell.until('bitflow builds');
  shell.type('li\t');
  await shell.until('builds list');
  shell.type('--rep\t');
  await shell.until('list --repo');
  shell.type('acme/\t');
  await shell.until(`--repo ${EXAMPLE.repository}`);
  shell.type('\x15bitflow builds list --repo=ac\t');
  await shell.until(`--repo=${EXAMPLE.repository}`);
  shell.type('\x15X=1 bitflow completion f\t');
  await shell.until('completion fish');
  shell.type('\x15bitflow builds list "--repo=ac\t');
  await shell.until(`"--repo=${EXAMPLE.repository}"`);
});

it('Tab twice lists what there is to choose from', async () => {
  const shell = await aShell();
  shell.type('bitflow config \t\t');
  await shell.until(/get +list +set +unset/);
});
