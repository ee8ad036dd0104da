import { randomBytes } from 'node:crypto';
import { Problem } from '../../cloud/problem.ts';
import type { Context, Step } from '../context.ts';
import { versionStates } from '../secrets.ts';
import type { Values } from '../values.ts';

/** Keys that only the service itself knows. */
const MADE = ['service-exchange-key', 'service-webhook-key'];

/** What git hosts gave to somebody, who must hand it over, and where it comes from. */
function given(values: Values): readonly { secret: string; what: string }[] {
  const webhooks = 'the App’s webhook secret, or the organization’s';
  const hasApp = values.github_app_id !== null;
  return [
    ...(hasApp
      ? [{ secret: 'service-github-app-private-key', what: 'the App’s private key (a .pem file)' }]
      : []),
    ...(hasApp || values.github_webhook_secret
      ? [{ secret: 'service-github-webhook-secrets', what: webhooks }]
      : []),
    ...(values.github_token ? [{ secret: 'service-github-token', what: 'the token' }] : []),
  ];
}

/**
 * Fills the secrets that Terraform made empty, so that no key is ever in its state. A key is made once: one that
 * somebody disabled or destroyed is theirs to decide on, since another one makes every webhook's secret new.
 */
export const keys: Step = {
  name: 'keys',
  title: 'makes the service’s keys where there are none',
  planOnly: false,
  async run(context) {
    for (const secret of MADE) await makeOnce(context, secret);
    const missing: { secret: string; what: string }[] = [];
    for (const one of given(context.values)) if (!(await isUsable(context, one.secret))) missing.push(one);
    if (missing.length === 0) return undefined;
    const { project } = context.values;
    const commands = missing.map(
      ({ secret, what }) =>
        `gcloud secrets versions add ${secret} --project=${project} --data-file=FILE   # ${what}`,
    );
    throw new Problem(
      `Secret Manager has no version of ${missing.map(({ secret }) => secret).join(', ')}`,
      `${commands.join('\n')}\n(docs/github.md; --data-file=- takes it from the keyboard, up to Ctrl-D)`,
    );
  },
};

async function isUsable({ gcloud, values }: Context, secret: string): Promise<boolean> {
  return (await versionStates(gcloud, values.project, secret))?.includes('ENABLED') ?? false;
}

async function makeOnce({ gcloud, values, say }: Context, secret: string): Promise<void> {
  const { project } = values;
  const states = await versionStates(gcloud, project, secret);
  if (states?.includes('ENABLED')) return;
  if (states !== null && states.length > 0)
    throw new Problem(
      `every version of the secret ${secret} is disabled or destroyed`,
      `gcloud secrets versions enable VERSION --secret=${secret} --project=${project}; only if it is lost, add another: docs/deploy.md`,
    );
  const key = randomBytes(32).toString('base64url');
  const args = ['secrets', 'versions', 'add', secret, `--project=${project}`, '--data-file=-'];
  await gcloud.change(args, key);
  say(`  made ${secret}`);
}
