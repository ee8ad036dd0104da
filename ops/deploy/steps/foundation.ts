import { countsOf } from '../../cloud/plan.ts';
import { applyPatiently, approve } from '../apply.ts';
import { refuseTakenNames } from '../checks/names.ts';
import type { Step } from '../context.ts';
import { NO_IMAGE } from '../values.ts';

/**
 * What must be there before the rest can be planned: the APIs, the repository and the accounts that the builder image
 * is made with, and the secrets, whose contents do not come from Terraform. And `platform`, the account that functions
 * are built as: a right takes minutes to be known everywhere (cloud.google.com/iam/docs/access-change-propagation), and
 * a function's build that comes before has failed for good.
 */
const TARGETS = [
  'module.project_services',
  'module.registry',
  'module.builder',
  'module.secrets',
  'module.platform',
];

export const foundation: Step = {
  name: 'foundation',
  title: 'makes what the rest is made with: APIs, registries, build accounts, empty secrets',
  planOnly: false,
  async run(context, made) {
    const terraform = context.terraform(made);
    const plan = () =>
      terraform.plan('foundation', { targets: TARGETS, variables: { builder_image: NO_IMAGE } });
    const changes = await plan();
    const { add } = countsOf(changes);
    // Only what is new is needed here. What changes is for the plan of the whole.
    if (add === 0) return undefined;
    await refuseTakenNames(context, changes);
    await approve(context, 'this first part', changes);
    await applyPatiently(context, terraform, { name: 'foundation', changes, again: plan });
    return undefined;
  },
};
