import { describeHost, hasGreenStatus } from './suite.ts';

describeHost({
  platform: 'gitlab',
  token: 'glpat-0123456789abcdef',
  headOf: (number) => `refs/merge-requests/${number}/head`,
  isGreen: hasGreenStatus,
});
