import { type Change, countsOf } from '../../cloud/plan.ts';
import { applyPatiently, approve } from '../apply.ts';
import { refuseTakenNames } from '../checks/names.ts';
import type { Step } from '../context.ts';
import { NO_IMAGE } from '../values.ts';

/**
 * What must be there before the rest can be planned: the APIs, the repository and the accounts that the builder image
 * is made with, and the secrets, whose contents do not come from Terraform. And `platform`, the account that functions
 * are built as: a right takes minutes to count everywhere, and a function whose build comes before has failed.
 */
const TARGETS = [
  'module.project_services',
  'module.registry',
  'module.builder',
  'module.secrets',
  'module.platform',
];

/** Typically two minutes (cloud.google.com/iam/docs/access-change-propagation). The builder image's build comes next. */
const RIGHTS_MS = 120_000;

const isNewRight = ({ type, actions }: Change) => type.endsWith('_iam_member') && actions.includes('create');

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
    if (changes.some(isNewRight)) {
      context.say('  Google takes two minutes until new rights count everywhere.');
      await context.sleep(RIGHTS_MS);
    }
    return undefined;
  },
};
