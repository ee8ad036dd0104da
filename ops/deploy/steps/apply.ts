import { applyPatiently, approve } from '../apply.ts';
import { from, type Step } from '../context.ts';
import { planVariables } from './plan.ts';

export const apply: Step = {
  name: 'apply',
  title: 'applies the plan (the first time about fifteen minutes)',
  planOnly: false,
  async run(context, made) {
    const changes = from(made, 'changes');
    if (changes.length === 0) {
      context.say('  nothing to change');
      return undefined;
    }
    await approve(context, 'the plan above', changes);
    const terraform = context.terraform(made);
    const again = () => terraform.plan('whole', { variables: planVariables(made) });
    await applyPatiently(context, terraform, { name: 'whole', changes, again });
    return undefined;
  },
};
