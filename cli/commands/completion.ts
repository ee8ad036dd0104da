import { Argument, Command } from '@commander-js/extra-typings';
import { command, type Start } from '../kit/command.ts';

export const completion = (start: Start) =>
  command(
    'completion',
    'Print a script that lets the shell complete',
    [
      { use: 'source <(bitflow completion bash)', does: 'in ~/.bashrc' },
      { use: 'source <(bitflow completion zsh)', does: 'in ~/.zshrc, after compinit' },
      {
        use: 'bitflow completion fish > ~/.config/fish/completions/bitflow.fish',
        does: 'once, and after an update',
      },
    ],
    { see: ['environment'] },
  )
    .description(
      'Prints a script for the shell. With it, Tab completes commands, options and their values, and asks the service that you are signed in to for repositories, builds and other things that have a name. Where it does not answer within two seconds, there is nothing to choose from.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action((shell, _, self) =>
      start(self, async (cli) => (await import('../completion/script.ts')).printScript(cli, shell)),
    );

/** What those scripts ask, at each press of the key. */
export const complete = (start: Start) =>
  new Command('__complete')
    .summary('Say what could stand at the cursor')
    .argument('[words...]', 'the words of the command line, the last one being typed')
    .option('--line <text>', 'in place of the words: the line up to the cursor')
    .option('--breaks <letters>', 'where the shell begins a new word')
    .action((words, options, self) =>
      start(self, async (cli) => {
        const { answer } = await import('../completion/answer.ts');
        await answer(cli, self.parent ?? self, words, options);
      }),
    );
