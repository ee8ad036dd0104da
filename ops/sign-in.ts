import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { GoogleAuth } from 'google-auth-library';
import { secretManagerClient } from '#adapters/secrets/client.ts';
import { secretManagerStore } from '#adapters/secrets/secret-store.ts';
import { TransientError, UserError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';
import { signInProviders } from './sign-in/providers.ts';
import { SignIn, setUpSignIn } from './sign-in/set-up.ts';

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

const client = secretManagerClient(project, undefined);
try {
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
  const token = new Secret((await auth.getAccessToken()) ?? '');
  const providers = signInProviders({ project, endpoint: 'https://identitytoolkit.googleapis.com', token });
  const store = secretManagerStore(client, project);
  const secretOf = (name: string) => store.get(name.slice(name.lastIndexOf('/') + 1));
  const done = await setUpSignIn({ providers, secretOf }, wanted.data);
  console.log(done.length > 0 ? done.join('\n') : 'Nobody is to sign in: nothing was changed.');
} catch (error) {
  if (!(error instanceof UserError || error instanceof TransientError)) throw error;
  console.error(`${error.message}. It is safe to run again.`);
  process.exitCode = 1;
} finally {
  await client.close();
}

function jsonOf(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined; // told as what it is not
  }
}
