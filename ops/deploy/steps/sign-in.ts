import type { Step } from '../context.ts';
import { needOutput } from '../outputs.ts';

/** At each deployment, so that a new version of a client secret is one deployment away (docs/decisions/0036). */
export const signIn: Step = {
  name: 'sign-in',
  title: 'tells Identity Platform where people sign in',
  planOnly: false,
  async run(context, made) {
    const wanted = needOutput(await context.terraform(made).outputs(), 'sign_in');
    if (Object.keys(wanted).length === 0) return undefined;
    for (const line of await context.signIn(context.values.project, wanted)) context.say(`  ${line}`);
    return undefined;
  },
};
