import { describeHost } from './suite.ts';

describeHost({
  platform: 'gitee',
  token: '0123456789abcdef0123456789abcdef',
  headOf: (number) => `refs/pull/${number}/head`,
  // Gitee has no commit statuses, and a repository's admin may make checks.
  isGreen: ({ state }, full_name, head_sha) => {
    const runs = [...state.checkRuns.values()].filter(
      (run) => run.full_name === full_name && run.head_sha === head_sha,
    );
    return runs.at(-1)?.conclusion === 'success';
  },
});
