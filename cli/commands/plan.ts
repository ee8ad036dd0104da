import { Option } from '@commander-js/extra-typings';
import { command, repeated, repoOption, type Start } from '../kit/command.ts';

export const plan = (start: Start) =>
  command(
    'plan',
    'Explain how an app would be built, without building it',
    [
      { use: 'bitflow plan', does: 'what a build of the files here would do, and why' },
      { use: 'bitflow plan services/api --connected', does: 'with the settings that the service has for it' },
      { use: 'bitflow plan --dockerfile > Dockerfile', does: 'the Dockerfile, to go on with by hand' },
      {
        use: 'bitflow plan --commit HEAD~1 --json | jq .plan.phases',
        does: 'an older commit, for a program',
      },
      { use: 'NPM_TOKEN=… bitflow plan --build --secret NPM_TOKEN', does: 'build it here, and push nothing' },
      { use: 'bitflow plan --remote --branch main', does: 'what is pushed, planned by the service' },
    ],
    { see: ['builds builders', 'environment'] },
  )
    .description(
      'Explain how an app would be built: by which builder and why, in which steps, with which Dockerfile. The files are those that a push of all that lies here would have: tracked or not, without what git ignores. Planned here, with the code of the service; --remote asks the service itself.',
    )
    .argument('[path]', 'the folder of the app', '.')
    .addOption(repoOption())
    .option('--commit <rev>', 'a commit, in place of the files as they lie here')
    .option('--root-directory <folder>', 'the folder of the app, below PATH')
    .addOption(new Option('--builder <type>', 'the builder').choices(['auto', 'dockerfile', 'nixpacks']))
    .option('--env <name=value>', 'a variable of the image (repeatable)', repeated)
    .option('--build-arg <name=value>', 'a variable of the build’s commands (repeatable)', repeated)
    .option('--secret <name>', 'a build secret, by its name (repeatable)', repeated)
    .option('--nixpacks-version <version>', 'the version of nixpacks')
    .option('--connected', 'with the settings, variables and secrets that the service has for the repository')
    .addOption(
      new Option('--remote', 'have the service plan what is pushed').conflicts([
        ...['connected', 'secret', 'rootDirectory'],
      ]),
    )
    .option('--branch <name>', 'with --remote: the newest commit of a branch')
    .addOption(new Option('--ref <ref>', 'with --remote: a branch, a tag, or refs/…').conflicts('branch'))
    .option('--dockerfile', 'print the Dockerfile alone')
    .addOption(
      new Option('--build', 'build it here: with BUILDKIT_HOST, or in a container engine').conflicts([
        ...['remote', 'dockerfile'],
      ]),
    )
    .option('--output <file>', 'with --build: write the image to a file, an OCI archive')
    .action((path, options, self) =>
      start(self, async (cli) => (await import('../plan/plan.ts')).plan(cli, path, options)),
    );
