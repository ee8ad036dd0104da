import { describeHost, hasGreenStatus } from './suite.ts';

describeHost({
  platform: 'github',
  token: null,
  headOf: (number) => `refs/pull/${number}/head`,
  isGreen: hasGreenStatus,
});
