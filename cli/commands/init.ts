import { TEMPLATE_NAMES } from '../init/templates.ts';
import { command, type Start } from '../kit/command.ts';

/** A command of the group `repos`. */
export const init = (start: Start) =>
  command(
    'init',
    'Write a small app that builds, to start from',
    [
      { use: 'bitflow repos init --template python', does: 'into this folder; it says what to do next' },
      { use: 'bitflow repos init --template go services/api', does: 'into another one' },
      { use: 'bitflow repos init --list', does: 'the templates there are' },
    ],
    { see: ['repos connect', 'plan'] },
  )
    .argument('[folder]', 'where to; left out: this folder')
    .option('-t, --template <name>', `one of ${TEMPLATE_NAMES.join(', ')}; in a terminal it asks`)
    .option('-l, --list', 'list the templates, and write nothing')
    .option('-f, --force', 'overwrite files that are there')
    .action((folder, options, self) =>
      start(self, async (cli) => (await import('../init/init.ts')).initRepository(cli, folder, options)),
    );
