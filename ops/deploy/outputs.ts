import { z } from 'zod';
import { Problem } from '../cloud/problem.ts';
import { SignIn } from '../sign-in/set-up.ts';

/** The root module's outputs that the program reads (terraform/outputs.tf). */
const Outputs = {
  /** `host/path` below which the builder image is. */
  service_repository: z.string(),
  /** What `gcloud builds submit` is told for the builder image. */
  image_build: z.object({ account: z.string(), source_dir: z.string() }),
  /** Where git hosts send to: an origin. */
  webhook_url: z.url(),
  /** Where people and programs reach the API: an origin. */
  api_url: z.url(),
  /** Where people sign in, and which secret has the client's. */
  sign_in: SignIn,
  /** Where the OAuth clients send people back to. */
  sign_in_redirect: z.url(),
  /** Whether what is deployed is protected from being deleted. */
  delete_protection: z.boolean(),
};

type Outputs = { [K in keyof typeof Outputs]: z.infer<(typeof Outputs)[K]> };

/** One output of the last apply; null: that apply had none such. */
export function output<K extends keyof Outputs>(
  outputs: Readonly<Record<string, unknown>>,
  name: K,
): Outputs[K] | null {
  if (outputs[name] === undefined) return null;
  return Outputs[name].parse(outputs[name]) as Outputs[K];
}

/** The same, where it must be there. */
export function needOutput<K extends keyof Outputs>(
  outputs: Readonly<Record<string, unknown>>,
  name: K,
): Outputs[K] {
  const value = output(outputs, name);
  if (value !== null) return value;
  throw new Problem(
    `Terraform’s state has no output ${name}`,
    'run it again; if it stays so, the state is not one of this version’s',
  );
}
