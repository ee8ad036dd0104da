import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { demoOptions } from '#cli/dev/options.ts';
import { readExpectation } from '#test/support/expect.ts';
import { type ApiBuild, StackClient } from './client.ts';
import { type Machine, readMachine } from './machine.ts';
import { ROOT } from './root.ts';
import { runImage } from './run-image.ts';
import { type Stack, startStack } from './stack.ts';
import { announce, STACK_FILE } from './stack-info.ts';
import { explain, untilInterrupted } from './until-interrupted.ts';
import { workingCopy } from './working-copy.ts';

const APPS = join(ROOT, 'test/apps');

const [app, keep] = demoOptions();
const options = new Command('npm run demo --')
  .description('Shows the way of one push, from webhook to running image. The same as: npx bitflow demo')
  .addOption(app)
  .addOption(keep)
  .option('--json', 'the build as JSON on stdout; all else on stderr')
  .parse()
  .opts();
const say = options.json ? console.error : console.log;
const apps = await readdir(APPS);
if (!apps.includes(options.app)) {
  console.error(`There is no sample app ${options.app}. There are: ${apps.join(', ')}.`);
  process.exit(2);
}

const interrupted = untilInterrupted();
const machine = await readMachine();
say('\n1. Starting the stack');
const stack = await startStack({ machine, log: (line) => say(line) }).catch(explain);
const finished = demo(machine, stack, options.app).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return false;
});
const ok = await Promise.race([finished, interrupted.then(() => false)]);
if (options.keep) {
  await announce(stack.info);
  say(`\nThe stack stays up: .bitflow/local.json says where (logs: ${stack.dir}/logs). Ctrl-C ends it.`);
  await interrupted;
  await rm(STACK_FILE, { force: true });
}
say('\nStopping the stack');
await stack.stop();
process.exit(ok ? 0 : 1);

/** The whole way of a push, shown. @returns whether the image answered as its app should. */
async function demo(machine: Machine, stack: Stack, app: string): Promise<boolean> {
  const fullName = `demo/${app}`;
  const client = new StackClient(stack.info);
  const expect = await readExpectation(app);

  say(`\n2. Committing test/apps/${app} and pushing it to ${stack.info.git}/${fullName}.git`);
  const remote = await stack.git.create(fullName);
  const copy = await workingCopy(join(APPS, app), remote);
  try {
    await client.connect(fullName, remote, { root_directory: expect.root_directory });
    const after = await copy.commitAndPush('the first version');
    say(`   ${after.slice(0, 7)} on main`);

    say('\n3. Delivering the signed webhook that GitHub would send');
    const delivery = await client.push({ fullName, ref: 'refs/heads/main', before: null, after });
    say(`   delivery ${delivery.id}: ${delivery.verdict}${delivery.reason ? `, ${delivery.reason}` : ''}`);
    const [buildId] = delivery.build_ids;
    if (!buildId) return false;

    say(`\n4. The log of build ${buildId}`);
    for await (const line of client.follow(buildId)) say(`   ${line.stage.padEnd(6)}│ ${line.text}`);
    const build = await client.ended(buildId);
    say(summary(build));
    if (options.json) console.log(JSON.stringify(build));
    if (build.image === null) return false;

    say('\n6. Starting the image in a container');
    const running = await runImage(machine, build.image.reference, `bitflow-demo-${build.id}`);
    try {
      const answer = await running.get(expect.http.path);
      say(
        `   GET ${running.url}${expect.http.path} → ${answer.status}\n   ${answer.text.trim().slice(0, 500)}`,
      );
      return answer.status === expect.http.status;
    } finally {
      await running.stop();
    }
  } finally {
    await copy.remove();
  }
}

function summary(build: ApiBuild): string {
  const rows: [string, string][] = [
    ['build', build.id],
    ['status', build.status + (build.reason ? ` (${build.reason})` : '')],
    ['builder', build.builder_type],
    ...(build.error ? [['error', `${build.error.code}: ${build.error.message}`] as [string, string]] : []),
    ...(build.image
      ? ([
          ['image', build.image.reference],
          ['tags', build.image.tags.join(', ')],
          ['size', `${(build.image.size_bytes / 1e6).toFixed(1)} MB compressed`],
        ] as [string, string][])
      : []),
    [
      'stages',
      build.stages
        .map((stage) => `${stage.name} ${((stage.duration_ms ?? 0) / 1000).toFixed(2)} s`)
        .join(', '),
    ],
  ];
  return `\n5. Summary\n${rows.map(([name, value]) => `   ${name.padEnd(9)}${value}`).join('\n')}`;
}
