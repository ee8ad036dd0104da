import { memoryStore } from '#test/support/memory/index.ts';
import { describeStore } from './store-suite.ts';

describeStore('in memory', async () => ({ store: memoryStore(), close: async () => {} }));
