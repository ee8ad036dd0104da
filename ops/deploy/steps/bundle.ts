import type { Step } from '../context.ts';

export const bundle: Step = {
  name: 'bundle',
  title: 'bundles the functions, the gateway’s document and the builder image',
  planOnly: true,
  async run({ bundle: make }) {
    return { bundle: await make() };
  },
};
