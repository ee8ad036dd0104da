import { command, group, limitOption, type Start, yesOption } from '../kit/command.ts';
import { duration } from '../kit/duration.ts';
import { init } from './init.ts';
import { rules } from './repos-rules.ts';

/** The argument that all of these but `list` take. */
const REPOSITORY = '[owner/repo]';
const WHICH = 'the repository; left out: that of the git remote here';

export const repos = (start: Start) =>
  group('repos', 'Connect repositories, and say how they are built', [
    init(start),
    list(start),
    show(start),
    connect(start),
    change(start),
    rules(start),
    disconnect(start),
    badge(start),
    schedules(start),
    rotate(start),
  ]);

const list = (start: Start) =>
  command('list', 'List the connected repositories, newest first', [
    { use: 'bitflow repos list', does: 'those of your team' },
    {
      use: "bitflow repos list --json | jq -r '.repositories[].full_name'",
      does: 'their names, for a program',
    },
  ])
    .addOption(limitOption())
    .action((options, self) =>
      start(self, async (cli) => (await import('../repos/list.ts')).listRepositories(cli, options)),
    );

const show = (start: Start) =>
  command('show', 'Show a repository: where it is, how it is built', [
    { use: 'bitflow repos show', does: 'the one that is checked out here' },
    { use: 'bitflow repos show acme/shop', does: 'another' },
  ])
    .argument(REPOSITORY, WHICH)
    .action((given, _, self) =>
      start(self, async (cli) => (await import('../repos/show.ts')).showRepository(cli, given)),
    );

const connect = (start: Start) =>
  command(
    'connect',
    'Connect a repository, so that its pushes are built',
    [
      { use: 'bitflow repos connect', does: 'the one that is checked out here, as its git remote names it' },
      { use: 'bitflow repos connect acme/shop --platform github', does: 'one that is not checked out' },
      { use: 'bitflow repos connect --token', does: 'asks for your token for the git host, unseen' },
      {
        use: 'pass show gitlab | bitflow repos connect acme/shop --platform gitlab --token -',
        does: 'the token is all of standard input',
      },
      {
        use: 'bitflow repos connect --folder services/api --builder dockerfile',
        does: 'a part of a repository, built by its own Dockerfile',
      },
    ],
    { see: ['builds create', 'secrets set', 'plan'] },
  )
    .description(
      'The service asks the git host for the repository, makes the webhook there, and waits until the host has tried it. Where it may not make one, this says what to click. Connecting again repairs what is there, with another token where one is given.',
    )
    .argument(REPOSITORY, WHICH)
    .option(
      '--platform <host>',
      'the git host: github, gitlab or gitee; left out: by the git remote’s address',
    )
    .option(
      '--token [from]',
      'a token for the git host: typed unseen; with - it is all of standard input. The service keeps it for this repository',
    )
    .option('--no-webhook', 'make no webhook: say how it is made by hand')
    .option('--default-branch <name>', 'the branch that is built when none is named (the git host’s)')
    .option('--folder <path>', 'the folder of the app in the checkout (.)')
    .option('--builder <type>', 'who builds it (auto); see: bitflow builds builders')
    .option('--clone-url <address>', 'where it is cloned from, where that is not the host’s own address')
    .option('--public-badge', 'let anybody see its badge')
    .action((given, options, self) =>
      start(self, async (cli) =>
        (await import('../repos/connect.ts')).connectRepository(cli, given, options),
      ),
    );

const change = (start: Start) =>
  command('change', 'Change how a repository is built from now on', [
    { use: 'bitflow repos change --default-branch trunk', does: 'another default branch' },
    { use: 'bitflow repos change acme/shop --public-badge', does: 'a badge that anybody may see' },
  ])
    .argument(REPOSITORY, WHICH)
    .option('--default-branch <name>', 'the branch that is built when none is named')
    .option('--folder <path>', 'the folder of the app in the checkout')
    .option('--builder <type>', 'who builds it; see: bitflow builds builders')
    .option('--clone-url <address>', 'where it is cloned from')
    .option('--public-badge', 'let anybody see its badge')
    .option('--no-public-badge', 'show its badge to your team only')
    .action((given, options, self) =>
      start(self, async (cli) => (await import('../repos/change.ts')).changeRepository(cli, given, options)),
    );

const disconnect = (start: Start) =>
  command(
    'disconnect',
    'Disconnect a repository',
    [{ use: 'bitflow repos disconnect acme/shop', does: 'its pushes are built no more' }],
    { see: ['repos connect'] },
  )
    .description(
      'Its pushes are no longer built; its webhook at the git host and its build secrets are removed, with every value. Its builds and images stay.',
    )
    .argument(REPOSITORY, WHICH)
    .addOption(yesOption())
    .action((given, options, self) =>
      start(self, async (cli) =>
        (await import('../repos/disconnect.ts')).disconnectRepository(cli, given, options),
      ),
    );

const badge = (start: Start) =>
  command('badge', 'Print the badge of a repository: how its last build ended', [
    { use: 'bitflow repos badge > badge.svg', does: 'the image' },
    { use: 'bitflow repos badge --markdown >> README.md', does: 'what shows it in a README' },
  ])
    .argument(REPOSITORY, WHICH)
    .option('--branch <name>', 'of another branch than the default one')
    .option('--markdown', 'the Markdown that shows it, in place of the image')
    .action((given, options, self) =>
      start(self, async (cli) => (await import('../repos/badge.ts')).showBadge(cli, given, options)),
    );

const schedules = (start: Start) =>
  command('schedules', 'List what is built at set times, and what came of it', [
    { use: 'bitflow repos schedules', does: 'those of the repository that is checked out here' },
    {
      use: "bitflow repos schedules acme/shop --json | jq -r '.schedules[0].next_at'",
      does: 'when another is built next, for a program',
    },
  ])
    .argument(REPOSITORY, WHICH)
    .action((given, _, self) =>
      start(self, async (cli) => (await import('../repos/schedules.ts')).listSchedules(cli, given)),
    );

const rotate = (start: Start) =>
  command('rotate-webhook-secret', 'Make a new webhook secret; the older one stays good for a while', [
    { use: 'bitflow repos rotate-webhook-secret', does: 'a new one; a day to enter it at the git host' },
    {
      use: 'bitflow repos rotate-webhook-secret --overlap 0',
      does: 'end the older ones now: somebody saw them',
    },
  ])
    .argument(REPOSITORY, WHICH)
    .option(
      '--overlap <time>',
      'how long the older one stays good: 1h, 7d at most; 0 ends it',
      duration,
      86_400,
    )
    .addOption(yesOption())
    .action((given, options, self) =>
      start(self, async (cli) =>
        (await import('../repos/rotate-webhook-secret.ts')).rotateWebhookSecret(cli, given, options),
      ),
    );
