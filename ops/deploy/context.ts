import type { Ask, Say } from '../cloud/command-line.ts';
import type { Gcloud } from '../cloud/gcloud.ts';
import type { Change, Counts } from '../cloud/plan.ts';
import type { Sleep } from '../cloud/retry.ts';
import type { Terraform } from '../cloud/terraform.ts';
import type { Tools } from '../cloud/tools.ts';
import type { SignIn } from '../sign-in/set-up.ts';
import type { Options } from './options.ts';
import type { Values } from './values.ts';

/** What of a deployment's folder the program must know; Terraform reads the rest from there. */
export interface Bundle {
  readonly folder: string;
  /** Another where a file of the builder image is another. */
  readonly builder_image_tag: string;
}

/** What the program takes of the world beside `gcloud` and `terraform`. */
export interface Outside {
  readonly sleep: Sleep;
  readonly ask: Ask;
  readonly say: Say;
  readonly bundle: () => Promise<Bundle>;
  readonly fetch: (url: string) => Promise<{ readonly status: number }>;
  /** Tells Identity Platform where people sign in. @returns what was done, a line each */
  readonly signIn: (project: string, wanted: SignIn) => Promise<readonly string[]>;
  /** Makes the first team in the project's Firestore; false: there is a team already. */
  readonly firstTeam: (project: string, team: NonNullable<Values['first_team']>) => Promise<boolean>;
}

/** What every step is handed. */
export interface Context extends Outside {
  readonly options: Options;
  readonly values: Values;
  /** The checkout. */
  readonly root: string;
  readonly tools: Tools;
  readonly gcloud: Gcloud;
  /** Terraform on the root module; in another folder where there is no state yet and nothing may be made. */
  readonly terraform: (made: Made) => Terraform;
}

/** What the steps found or made, for those after them. */
export interface Made {
  readonly projectNumber?: string;
  readonly enabledApis?: ReadonlySet<string>;
  /** null: there is none, and none may be made. */
  readonly stateBucket?: string | null;
  readonly bundle?: Bundle;
  /** null: not built, and it may not be. */
  readonly builderImage?: string | null;
  readonly changes?: readonly Change[];
  readonly counts?: Counts;
  readonly webhookUrl?: string;
  readonly apiUrl?: string;
  readonly signIn?: { readonly providers: readonly string[]; readonly redirect: string };
  readonly firstTeam?: 'made' | 'there' | 'none';
}

/** A part of the way. Each can be run again: it finds what is done, and does the rest. */
export interface Step {
  readonly name: string;
  /** What it does, for the person who waits. */
  readonly title: string;
  /** Whether --plan-only has it too: then it only looks. */
  readonly planOnly: boolean;
  run(context: Context, made: Made): Promise<Made | undefined>;
}

/** What an earlier step must have made. */
export function from<K extends keyof Made>(made: Made, key: K): Exclude<Made[K], undefined> {
  const value = made[key];
  if (value === undefined) throw new Error(`no step has made ${key}`);
  return value as Exclude<Made[K], undefined>;
}
