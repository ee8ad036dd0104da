import { Option } from '@commander-js/extra-typings';
import { command, group, limitOption, repoOption, type Start, yesOption } from '../kit/command.ts';

const IMAGE = 'a tag, or a digest; its beginning is enough, with or without sha256:';

const registryOption = () =>
  new Option(
    '--registry <id>',
    'one of the team’s own registries, by id or address; left out: the installation’s',
  );

export const images = (start: Start) =>
  group('images', 'See what was built, move tags, delete images', [
    command('list', 'List the images of a repository', [
      { use: 'bitflow images list', does: 'those of the repository that is checked out here' },
      {
        use: 'bitflow images list -R acme/shop --registry ghcr.io/acme',
        does: 'in a registry of the team’s own',
      },
    ])
      .addOption(repoOption())
      .addOption(registryOption())
      .addOption(limitOption())
      .action((options, self) =>
        start(self, async (cli) => (await import('../images/list.ts')).listImages(cli, options)),
      ),
    command(
      'show',
      'Show an image: what to deploy it by, and what made it',
      [
        { use: 'bitflow images show latest', does: 'by its tag' },
        {
          use: 'bitflow images show 7d1f03 --json | jq -r .reference',
          does: 'what to deploy, for a program',
        },
      ],
      { see: ['ids'] },
    )
      .argument('<image>', IMAGE)
      .addOption(repoOption())
      .addOption(registryOption())
      .action((given, options, self) =>
        start(self, async (cli) => (await import('../images/show.ts')).showImage(cli, given, options)),
      ),
    command(
      'tag',
      'Point a tag to an image, until the next push that has this tag',
      [
        { use: 'bitflow images tag latest stable', does: 'stable is what latest is now' },
        { use: 'bitflow images tag 7d1f03 latest', does: 'roll latest back' },
      ],
      { see: ['images list'] },
    )
      .argument('<image>', IMAGE)
      .argument('<tag>', 'the tag that will point there')
      .addOption(repoOption())
      .addOption(registryOption())
      .action((given, tag, options, self) =>
        start(self, async (cli) => (await import('../images/tag.ts')).tagImage(cli, given, tag, options)),
      ),
    command('remove', 'Remove a tag, or delete an image that nothing needs', [
      { use: 'bitflow images remove stable', does: 'a tag goes, its image stays' },
      { use: 'bitflow images remove sha256:7d1f03 --yes', does: 'an image goes' },
    ])
      .argument('<image>', `${IMAGE}. A tag is removed alone, a digest deletes the image`)
      .addOption(repoOption())
      .addOption(registryOption())
      .addOption(yesOption())
      .action((given, options, self) =>
        start(self, async (cli) => (await import('../images/remove.ts')).removeImage(cli, given, options)),
      ),
  ]);
