import type { Step } from '../context.ts';
import { needOutput } from '../outputs.ts';

/** At each deployment, so that a new version of a client secret is one deployment away (docs/decisions/0036). */
export const signIn: Step = {
  name: 'sign-in',
  title: 'tells Identity Platform where people sign in',
  planOnly: false,
  async run(context, made) {
    const outputs = await context.terraform(made).outputs();
    const wanted = needOutput(outputs, 'sign_in');
    const providers = Object.keys(wanted);
    const signIn = { providers, redirect: needOutput(outputs, 'sign_in_redirect') };
    if (providers.length === 0) {
      context.say('  nobody can sign in yet: the file has no sign_in');
      return { signIn };
    }
    for (const line of await context.signIn(context.values.project, wanted)) context.say(`  ${line}`);
    return { signIn };
  },
};
