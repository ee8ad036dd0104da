import { describeHost, hasGreenStatus } from './suite.ts';

describeHost({
  platform: 'gitee',
  token: '0123456789abcdef0123456789abcdef',
  headOf: (number) => `refs/pull/${number}/head`,
  isGreen: hasGreenStatus,
});
