import { z } from 'zod';
import { Plan, PlanError } from '#core/plan.ts';

const PlanView = Plan.meta({ id: 'Plan' });

export const PlannedView = z
  .object({
    repository_id: z.string(),
    ref: z.string().nullable().meta({ description: 'null: the commit was named itself' }),
    commit_sha: z.string(),
    image_tags: z.array(z.string()).meta({ description: 'the tags that the image would ask for' }),
    plan: PlanView.nullable(),
    error: PlanError.nullable().meta({ description: 'what the build would fail with; then plan is null' }),
  })
  .meta({ id: 'PlannedBuild' });
