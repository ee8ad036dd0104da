import { z } from 'zod';
import { Command } from '#core/bitflow-toml.ts';
import { checkCloneUrl } from '#core/clone-url.ts';
import { COMMIT_SHA, isInnerPath, isRefName, isShortRefName } from '#core/git-names.ts';
import { Secret } from '#core/secret.ts';
import { MachineEnv, problemsOf } from '../env.ts';
import { splitCloneAddress } from './clone-address.ts';
import { parseImagePath, parseImageReference } from './image-reference.ts';

const required = (next: string) => z.string({ error: `is not set: ${next}` });
const secret = z
  .string()
  .max(4096)
  .transform((text) => new Secret(text));

const JobId = required('name the build, for its callbacks').regex(
  /^[\x21-\x7e]{1,128}$/,
  'must be 1 to 128 printable ASCII characters without blanks',
);
const CallbackUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .refine((text) => !/^[^/]*\/\/[^/]*@/.test(text), 'must hold no user or password: CALLBACK_TOKEN signs');

const CloneUrl = required('give the https:// address of the repository').transform((text, context) => {
  const address = splitCloneAddress(text);
  if (address) return address;
  context.addIssue({ code: 'custom', message: 'is not a URL' });
  return z.NEVER;
});

const isAskedRef = (ref: string) =>
  ref === 'HEAD' || COMMIT_SHA.test(ref) || (ref.startsWith('refs/') ? isRefName(ref) : isShortRefName(ref));

const ImageTag = required('give the image that is to be pushed, as host/path:tag').transform(
  (text, context) => {
    const reference = parseImageReference(text);
    if ('ok' in reference) return reference.ok;
    context.addIssue({ code: 'custom', message: reference.error });
    return z.NEVER;
  },
);

/** `./web/` is `web`, and `.` the repository itself. */
const RootDirectory = z
  .string()
  .default('.')
  .transform((text) => text.replace(/^(?:\.\/)+/, '').replace(/(?<!^)\/+$/, '') || '.')
  .refine(isInnerPath, 'must be a relative path inside the repository');

const Variables = MachineEnv.extend({
  BUILD_JOB_ID: JobId,
  CALLBACK_URL: CallbackUrl.optional(),
  CALLBACK_TOKEN: secret.optional(),
  REPO_CLONE_URL: CloneUrl,
  REPO_REF: z
    .string()
    .default('HEAD')
    .refine(isAskedRef, 'must be a full commit id, a branch, a tag or refs/…'),
  IMAGE_TAG: ImageTag,
  GHCR_USER: z.string().optional(),
  GHCR_TOKEN: secret.optional(),
  ROOT_DIRECTORY: RootDirectory,
  BUILD_COMMAND: Command.optional(),
  START_COMMAND: Command.optional(),
  CACHE_IMAGE: z.string().optional(),
  BUILD_TIMEOUT_S: z.coerce
    .number('must be a number of seconds')
    .int('must be a whole number of seconds')
    .min(1, 'must be at least 1')
    .max(86_400, 'must be at most 86400')
    .default(1800),
});

type Rule = (env: Partial<z.infer<typeof Variables>>) => [name: string, message: string] | null;

const together =
  (a: 'CALLBACK_URL' | 'GHCR_USER', b: 'CALLBACK_TOKEN' | 'GHCR_TOKEN', why: string): Rule =>
  (env) =>
    (env[a] === undefined) === (env[b] === undefined)
      ? null
      : [env[a] === undefined ? a : b, `is not set, and ${env[a] === undefined ? b : a} is: ${why}`];

/** What one variable alone cannot tell. What is wrong by itself may look otherwise than its type says. */
const RULES: readonly Rule[] = [
  together('CALLBACK_URL', 'CALLBACK_TOKEN', 'set both, or neither for a build that tells nobody'),
  together('GHCR_USER', 'GHCR_TOKEN', 'set both, or neither for a registry that asks for none'),
  ({ DOCKER_TLS_VERIFY: tls, DOCKER_CERT_PATH: certificates }) =>
    tls === undefined || certificates !== undefined
      ? null
      : [
          'DOCKER_CERT_PATH',
          'is not set, and DOCKER_TLS_VERIFY is: give the folder of ca.pem, cert.pem and key.pem',
        ],
  ({ REPO_CLONE_URL: address, BITFLOW_ALLOW_HOSTS: allow = [] }) => {
    const checked = address?.url === undefined ? null : checkCloneUrl(address.url, { allow });
    if (checked === null || 'ok' in checked) return null;
    return [
      'REPO_CLONE_URL',
      `${checked.error} (a server of your own: name its host:port in BITFLOW_ALLOW_HOSTS)`,
    ];
  },
  ({ CACHE_IMAGE: cache, IMAGE_TAG: target }) => {
    if (cache === undefined) return null;
    const checked = parseImagePath(cache);
    if ('error' in checked) return ['CACHE_IMAGE', `${checked.error}, without a tag`];
    // The one credential that there is belongs to the one registry.
    if (target?.image === undefined || cache.split('/')[0] === target.image.split('/')[0]) return null;
    return ['CACHE_IMAGE', 'must lie in the registry of IMAGE_TAG'];
  },
];

/** The environment of a builder that runs outside of the service: docs/builder-by-hand.md. */
export const ByHandEnv = Variables.superRefine(
  (env, context) => {
    for (const rule of RULES) {
      const [name, message] = rule(env) ?? [];
      if (name) context.addIssue({ code: 'custom', path: [name], message });
    }
  },
  // Also where another variable is wrong: all problems are told at once.
  { when: () => true },
);
export type ByHandEnv = z.infer<typeof ByHandEnv>;

/** Where to say how the build stands; of a wrong environment too, if these three are right. */
const Callback = z.object({ BUILD_JOB_ID: JobId, CALLBACK_URL: CallbackUrl, CALLBACK_TOKEN: secret });
export type Callback = z.infer<typeof Callback>;

/** Whether the builder is to run by hand: whatever is not begun by the service is. */
export function isByHand(from: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(from.BUILD_JOB_ID) || !from.BITFLOW_BUILD_ID;
}

/** Parses the environment: every problem by name, and where to tell of the build. An empty variable counts as unset. */
export function parseByHand(from: NodeJS.ProcessEnv = process.env): {
  readonly env: ByHandEnv | { readonly problems: readonly string[] };
  readonly callback: Callback | null;
} {
  const set = Object.fromEntries(Object.entries(from).filter(([, value]) => value !== ''));
  const parsed = ByHandEnv.safeParse(set);
  return {
    env: parsed.success ? parsed.data : { problems: problemsOf(parsed.error) },
    callback: Callback.safeParse(set).data ?? null,
  };
}
