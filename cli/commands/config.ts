import { Argument } from '@commander-js/extra-typings';
import { command, group, type Start } from '../kit/command.ts';
import { SETTING_NAMES } from '../kit/setting-names.ts';

const name = () => new Argument('<name>', 'the setting').choices(SETTING_NAMES);

export const config = (start: Start) => {
  const list = command(
    'list',
    'Say what is set, and where',
    [
      { use: 'bitflow config', does: 'each setting, its value and where that is from' },
      { use: 'bitflow config --json | jq -r .files.config', does: 'where the config file is' },
    ],
    { see: ['environment', 'signing-in'] },
  )
    .description(
      'Says for each setting what its value is and where that is from: an option, an environment variable, or the config file. Of the token it says where it is from, never what it is.',
    )
    .action((_, self) => start(self, async (cli) => (await import('../config/list.ts')).listConfig(cli)));
  const get = command('get', 'Print the value of a setting', [
    { use: 'bitflow config get url', does: 'the address of the service' },
  ])
    .description(
      'Prints the value that holds now, wherever it is from. Fails with exit code 4 where there is none.',
    )
    .addArgument(name())
    .action((name, _, self) =>
      start(self, async (cli) => (await import('../config/get.ts')).getConfig(cli, name)),
    );
  const set = command('set', 'Keep a setting in the config file', [
    { use: 'bitflow config set url https://builds.example.com', does: 'the service that commands speak to' },
    { use: 'bitflow config set team acme', does: 'the team to act for' },
  ])
    .addArgument(name())
    .argument('<value>', 'what it shall be')
    .action((name, value, _, self) =>
      start(self, async (cli) => (await import('../config/set.ts')).setConfig(cli, name, value)),
    );
  const unset = command('unset', 'Remove a setting from the config file', [
    { use: 'bitflow config unset team', does: 'the team is no longer set there' },
  ])
    .addArgument(name())
    .action((name, _, self) =>
      start(self, async (cli) => (await import('../config/set.ts')).unsetConfig(cli, name)),
    );
  const made = group('config', 'See and change the settings, and where they are from', []);
  made.addCommand(list, { isDefault: true });
  for (const one of [get, set, unset]) made.addCommand(one);
  return made;
};
