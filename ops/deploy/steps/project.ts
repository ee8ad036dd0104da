import { PROJECT_CHECKS } from '../checks/index.ts';
import { checkAll } from '../checks/run.ts';
import type { Step } from '../context.ts';

export const project: Step = {
  name: 'project',
  title: 'checks regions, policies, and what is there already',
  planOnly: true,
  async run(context, made) {
    await checkAll(context, made, PROJECT_CHECKS);
    return undefined;
  },
};
