import { runProgram } from '../cloud/program.ts';
import { deploymentBundle } from './bundling.ts';
import { deploy, type Result } from './deploy.ts';
import { makeFirstTeam } from './first-team.ts';
import { parseOptions, USAGE } from './options.ts';
import { setUpSignIn } from './sign-in.ts';

await runProgram({
  usage: USAGE,
  parse: (argv, cwd) => parseOptions(argv, 'deploy', cwd),
  run: (options, { root, tools, outside }) =>
    deploy(options, {
      root,
      tools,
      outside: { ...outside, bundle: deploymentBundle, firstTeam: makeFirstTeam, signIn: setUpSignIn },
    }),
  inWords,
});

function inWords(result: Result): string {
  const { plan_only, webhook_url, api_url, first_team } = result;
  if (plan_only) return '\nNothing was changed.';
  const next =
    first_team === 'none'
      ? 'npm run first-team -- --team ID --name NAME --admin EMAIL --project PROJECT'.replace(
          'PROJECT',
          result.project,
        )
      : `bitflow login --url ${api_url}`;
  return `\nThe API:   ${api_url}\nWebhooks:  ${webhook_url}/v1/webhooks/HOST/events (github, gitlab, gitee)\n\nNext: ${next}`;
}
