import { countsOf } from '../../cloud/plan.ts';
import { inWords } from '../apply.ts';
import { refuseTakenNames } from '../checks/names.ts';
import { from, type Made, type Step } from '../context.ts';
import { NO_IMAGE } from '../values.ts';

export const planVariables = (made: Made) => ({ builder_image: from(made, 'builderImage') ?? NO_IMAGE });

export const plan: Step = {
  name: 'plan',
  title: 'plans the whole installation',
  planOnly: true,
  async run(context, made) {
    const variables = planVariables(made);
    const changes = await context.terraform(made).plan('whole', { variables });
    const counts = countsOf(changes);
    context.say(`  ${inWords(counts)}`);
    if (variables.builder_image === NO_IMAGE)
      context.say('  The builder image is not built yet: its digest in this plan is a placeholder.');
    // Where APIs are off there is nothing yet that could have a name.
    if (made.stateBucket !== null) await refuseTakenNames(context, changes);
    return { changes, counts };
  },
};
