import { github } from '#adapters/git-hosts/github/index.ts';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { githubStandIn } from '#local/git-hosts/github.ts';
import { describeGitHost } from './suite.ts';

describeGitHost('GitHub, with a token', {
  standIn: githubStandIn,
  webhooks: githubWebhooks,
  make: (at) => github({ ...at, token: null, app: null }),
  told: ({ state }, commit) =>
    state.statuses
      .filter(({ sha }) => sha === commit)
      .map(({ state: said }) => (said === 'pending' || said === 'success' ? said : 'failure')),
});
