import type { TokenOwner } from '#core/ports.ts';
import { memoryStore } from '#test/support/memory/index.ts';
import { describeStore } from './store-suite.ts';

describeStore('in memory', async () => {
  const tokens = new Map<string, TokenOwner>();
  return {
    store: memoryStore({ tokens }),
    seedToken: async (hash, owner) => {
      tokens.set(hash, owner);
    },
    close: async () => {},
  };
});
