import { demoOptions, devOptions } from '../dev/options.ts';
import { command, type Start } from '../kit/command.ts';

export const dev = (start: Start) => {
  const [data, allowHost, capacity] = devOptions();
  return command(
    'dev',
    'Start the whole service on this machine, until Ctrl-C',
    [
      {
        use: 'bitflow dev',
        does: 'the service, a git server and a registry, on free ports; it says what to do next',
      },
      { use: 'bitflow dev --data ~/.bitflow-data', does: 'images and caches are still there the next time' },
    ],
    { see: ['getting-started', 'demo'] },
  )
    .description(
      'Start the whole service on this machine, until Ctrl-C: on the real emulators and tools, which the first start ' +
        'sets up. It needs a checkout of BitFlow (this folder, or BITFLOW_CHECKOUT), Linux and root.',
    )
    .addOption(data)
    .addOption(allowHost)
    .addOption(capacity)
    .action((options, self) =>
      start(self, async (cli) => (await import('../dev/run-local.ts')).runLocal(cli, 'dev', options)),
    );
};

export const demo = (start: Start) => {
  const [app, keep] = demoOptions();
  return command('demo', 'Show the way of one push, from webhook to running image', [
    { use: 'bitflow demo', does: 'a Node app is pushed, built, started and asked' },
    { use: 'bitflow demo --app python', does: 'another sample app: a folder of test/apps' },
  ])
    .description(
      'Show the way of one push, from webhook to running image, on this machine. It needs a checkout of BitFlow ' +
        '(this folder, or BITFLOW_CHECKOUT), Linux and root.',
    )
    .addOption(app)
    .addOption(keep)
    .action((options, self) =>
      start(self, async (cli) => (await import('../dev/run-local.ts')).runLocal(cli, 'demo', options)),
    );
};
