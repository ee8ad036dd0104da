import type { Result } from './deploy.ts';

/** What a deployment ended with, and what is left to do, as people read it. */
export function inWords(result: Result): string {
  const { plan_only, webhook_url, api_url } = result;
  if (plan_only) return '\nNothing was changed.';
  return `
The API:   ${api_url}
Webhooks:  ${webhook_url}/v1/webhooks/HOST/events (github, gitlab, gitee)

Next: ${leftToDo(result).join('\nThen: ')}`;
}

function leftToDo({ project, api_url, sign_in, first_team }: Result): string[] {
  const canSignIn = sign_in !== null && sign_in.providers.length > 0;
  return [
    ...(first_team === 'none'
      ? [`npm run first-team -- --team ID --name NAME --admin EMAIL --project ${project}`]
      : []),
    ...(canSignIn
      ? []
      : [
          `let people sign in (docs/deploy.md#signing-in): an OAuth client that sends them back to ${sign_in?.redirect}, sign_in in the environment's file, and the same command again`,
        ]),
    `npx bitflow login --url ${api_url}`,
  ];
}
