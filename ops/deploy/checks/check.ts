import type { Context, Made } from '../context.ts';

/** What a check found: what is wrong, and the next step. A warning does not end the deployment. */
export interface Finding {
  readonly why: string;
  readonly next: string;
  readonly isWarning?: boolean;
}

/** One thing that breaks deployments, looked for before anything is made. It only reads. */
export interface Check {
  readonly name: string;
  /** The API that must be on to tell. Where it is off, the check is left for the next run. */
  readonly needs?: string;
  find(context: Context, made: Made): Promise<Finding | null>;
}
