import { runProgram } from '../cloud/program.ts';
import { deploymentBundle } from './bundling.ts';
import { deploy } from './deploy.ts';
import { makeFirstTeam } from './first-team.ts';
import { inWords } from './in-words.ts';
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
