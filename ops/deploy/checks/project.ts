import { z } from 'zod';
import type { Context, Made } from '../context.ts';
import type { Check } from './check.ts';

const Project = z.object({ projectNumber: z.string(), lifecycleState: z.string() });
const Billing = z.object({ billingEnabled: z.boolean().default(false) });

/** The project, as the steps after need it; null: there is none, or nobody may know. */
export function findProject({ gcloud, values }: Context): Promise<z.infer<typeof Project> | null> {
  return gcloud.find(Project.nullable(), ['projects', 'describe', values.project]);
}

export const projectCheck: Check = {
  name: 'project',
  async find(context) {
    const { project } = context.values;
    const found = await findProject(context).catch((error: unknown) => {
      if (error instanceof Error && /PERMISSION_DENIED|does not have permission|403/.test(error.message))
        return null;
      throw error;
    });
    if (found === null)
      return {
        why: `there is no project ${project}, or this login may not see it`,
        next: `gcloud projects create ${project}, or correct \`project\`, or log in as somebody who may: gcloud auth login`,
      };
    if (found.lifecycleState === 'ACTIVE') return null;
    return {
      why: `${project} is being deleted`,
      next: `gcloud projects undelete ${project}, or take another`,
    };
  },
};

export const billingCheck: Check = {
  name: 'billing',
  async find({ gcloud, values: { project } }) {
    const billing = await gcloud.read(Billing, ['billing', 'projects', 'describe', project]);
    if (billing.billingEnabled) return null;
    return {
      why: `${project} has no billing account, or a closed one: Cloud Build, Cloud Run and Artifact Registry need one`,
      next: `gcloud billing projects link ${project} --billing-account=ACCOUNT (gcloud billing accounts list prints yours)`,
    };
  },
};

/** What is known of the project once it was found. */
export async function projectFacts(context: Context): Promise<Made> {
  const found = await findProject(context);
  return found === null ? {} : { projectNumber: found.projectNumber };
}
