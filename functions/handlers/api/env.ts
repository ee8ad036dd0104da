import { z } from 'zod';
import {
  CloneEnv,
  CloudBuildEnv,
  Common,
  Count,
  Endpoint,
  HostsEnv,
  IdentityEnv,
  List,
  PoolEnv,
  PositiveInt,
  ReleaseEnv,
  SecretManagerEnv,
  SecretText,
  TeamRegistryEnv,
  TeamsEnv,
  Text,
  WebhooksEnv,
} from '../env.ts';

/** Who callers are, and how often they may ask. */
const AccessEnv = z.object({
  /** The Auth emulator: people are who its unsigned tokens say. For `demo-` projects only. */
  FIREBASE_AUTH_EMULATOR_HOST: Endpoint,
  /** The OAuth clients whose Google ID tokens are taken; none: only Firebase's are. */
  GOOGLE_ID_AUDIENCES: List.default([]),
  /** The account of the API Gateway before us, and the audience that its tokens are for. */
  GATEWAY_ACCOUNT: z.email().optional(),
  GATEWAY_AUDIENCE: Text.optional(),
  /**
   * How its tokens come: `signed`, or `checked` by Cloud Run, which takes the signature out of the header that it
   * checks. The second is right only where Cloud Run lets nobody but the gateway call this function.
   */
  GATEWAY_TOKENS: z.enum(['signed', 'checked']).default('signed'),
  /** How many proxies before us append to X-Forwarded-For: Cloud Run's own front is one. */
  TRUSTED_PROXIES: Count.default(1),
  REQUESTS_PER_MINUTE: PositiveInt.default(1200),
  FAILED_SIGN_INS_PER_MINUTE: PositiveInt.default(60),
  /** How many terminals of one network may begin to sign in. */
  SIGN_INS_PER_MINUTE: PositiveInt.default(30),
});

/** How people sign in from a terminal; without these they cannot. `IDENTITY_TOOLKIT_ENDPOINT` names a local server of its API. */
const SignInEnv = z.object({
  /** Where people reach this function, or the gateway before it: an origin. */
  PUBLIC_URL: z
    .string()
    .regex(
      /^(https:\/\/[^/?#@]+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?)$/,
      'must be https://HOST, without a slash at its end; http:// on this machine only',
    )
    .optional(),
  /** Identity Platform's API key of the project. It names the project, and is no secret. */
  IDENTITY_API_KEY: Text.optional(),
  IDENTITY_TOOLKIT_ENDPOINT: z.url().default('https://identitytoolkit.googleapis.com').meta({ local: true }),
});

export const Env = Common.extend(CloudBuildEnv.shape)
  .extend(CloneEnv.shape)
  .extend(HostsEnv.shape)
  .extend(SecretManagerEnv.shape)
  .extend(IdentityEnv.shape)
  .extend(AccessEnv.shape)
  .extend(SignInEnv.shape)
  .extend(ReleaseEnv.shape)
  .extend(TeamRegistryEnv.shape)
  .extend(TeamsEnv.shape)
  .extend(PoolEnv.shape)
  .extend(WebhooksEnv.shape)
  .extend({
    /** What the repositories' own webhook secrets are derived from. */
    WEBHOOK_KEY: SecretText,
    /** The planner's address, also the audience of the identity token that it is called with. */
    PLANNER_URL: z.url().regex(/[^/]$/, 'must not end with a slash'),
  })
  .refine((env) => !env.FIREBASE_AUTH_EMULATOR_HOST || env.GOOGLE_CLOUD_PROJECT.startsWith('demo-'), {
    message: 'is for projects whose id starts with demo-: its tokens are signed by nobody',
    path: ['FIREBASE_AUTH_EMULATOR_HOST'],
  })
  .refine((env) => (env.GATEWAY_ACCOUNT === undefined) === (env.GATEWAY_AUDIENCE === undefined), {
    message: 'is given with GATEWAY_ACCOUNT, or neither is',
    path: ['GATEWAY_AUDIENCE'],
  })
  .refine((env) => (env.PUBLIC_URL === undefined) === (env.IDENTITY_API_KEY === undefined), {
    message: 'is given with PUBLIC_URL, or neither is',
    path: ['IDENTITY_API_KEY'],
  });
