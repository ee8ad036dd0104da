import { describe } from 'vitest';
import { gitee } from '#adapters/git-hosts/gitee/index.ts';
import { giteeWebhooks } from '#adapters/git-hosts/gitee/webhooks.ts';
import { giteeStandIn } from '#local/git-hosts/gitee.ts';
import type { LocalHost } from '#local/git-hosts/host.ts';
import { describeGiteeReports } from './gitee-reports.ts';
import { describeGitHost } from './suite.ts';

const GITEE = { standIn: giteeStandIn, webhooks: giteeWebhooks, make: gitee } as const;

/** What the comments on a commit said, one after another. */
function said({ state }: LocalHost, commit: string): ('pending' | 'success' | 'failure')[] {
  return state.told
    .filter(({ sha }) => sha === commit)
    .map(({ body }) => {
      const [, outcome] = /^<!-- bitflow [0-9a-f]{40} \S+ (\w+) -->/.exec(String(body)) ?? [];
      if (outcome === 'succeeded') return 'success';
      return outcome === 'failed' || outcome === 'cancelled' ? 'failure' : 'pending';
    });
}

describe('Gitee', () => {
  // its tokens that may write may comment: only an administrator's makes checks
  describeGitHost('Gitee', { ...GITEE, told: said });
  describeGiteeReports(GITEE);
});
