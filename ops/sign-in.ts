import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { TransientError, UserError } from '#core/errors.ts';
import { signInOfProject } from './sign-in/in-project.ts';
import { SignIn } from './sign-in/set-up.ts';

const USAGE = `terraform -chdir=terraform output -json sign_in | npm run sign-in -- --project PROJECT

  tells the project's Identity Platform at which providers people sign in, with the client secrets that are in Secret
  Manager; npm run deploy does the same. With your own credentials (gcloud auth application-default login).`;

const { values } = parseArgs({
  options: {
    project: { type: 'string', default: process.env.GOOGLE_CLOUD_PROJECT ?? '' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const { project } = values;
const wanted = SignIn.safeParse(jsonOf(process.stdin.isTTY ? '' : await text(process.stdin)));
if (project === '' || !wanted.success) {
  console.error(`${project === '' ? 'Which project?' : 'That is not the output sign_in.'}\n\n${USAGE}`);
  process.exit(2);
}

try {
  const done = await signInOfProject(project, wanted.data);
  console.log(done.length > 0 ? done.join('\n') : 'Nobody is to sign in: nothing was changed.');
} catch (error) {
  if (!(error instanceof UserError || error instanceof TransientError)) throw error;
  console.error(`${error.message}. It is safe to run again.`);
  process.exitCode = 1;
}

function jsonOf(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined; // told as what it is not
  }
}
