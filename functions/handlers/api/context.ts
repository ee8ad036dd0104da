import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { RequestIdVariables } from 'hono/request-id';
import type { Caller } from '#core/access.ts';
import type { ClonePolicy } from '#core/clone-url.ts';
import type {
  Clock,
  CloudBuilds,
  GitHost,
  Planner,
  Rates,
  RefLookup,
  ReplayBus,
  SecretStore,
  SignIn,
  Store,
} from '#core/ports.ts';
import type { Principal } from '#core/principal.ts';
import type { Provisioned } from '#core/provisioned.ts';
import type { Platform } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';
import type { AuthenticateDeps } from '#use-cases/authenticate.ts';
import type { ImagesDeps } from '#use-cases/images.ts';

/** What the routes need; the caller is found by the middleware. */
export interface ApiDeps {
  readonly store: Store;
  readonly bus: ReplayBus;
  readonly now: Clock;
  readonly unique: () => string;
  readonly cloudBuilds: CloudBuilds;
  readonly secrets: SecretStore;
  readonly refs: RefLookup;
  readonly planner: Planner;
  readonly hosts: Readonly<Record<Platform, GitHost>>;
  readonly clonePolicy: ClonePolicy;
  /** What images and their tags take. */
  readonly images: ImagesDeps;
  /** Which registries a team may name. */
  readonly registryPolicy: ClonePolicy;
  /** The registry area of released images. */
  readonly release: string;
  readonly provisioned: Provisioned;
  /** How many builds of the pool run at once. */
  readonly capacity: number;
  /** Without it, only API tokens are taken, as often as somebody likes. */
  readonly access?: AccessSettings;
  /** The address of the function `webhooks`, for those who enter it at a git host; null: nobody said. */
  readonly webhooks?: string | null;
  /** How people sign in from a terminal; without it, nobody can. */
  readonly deviceSignIn?: DeviceSignIn | undefined;
  /** What the repositories' own webhook secrets are derived from. */
  readonly webhookKey: Secret;
}

/** How callers are verified. */
export interface AccessSettings extends Pick<AuthenticateDeps, 'people' | 'gateway'> {
  readonly rates: Rates | null;
  /** How many proxies before us write who they were called by into `X-Forwarded-For`, the gateway not counted. */
  readonly proxies: number;
}

/** What the pages take on which a person lets a terminal in. */
export interface DeviceSignIn {
  readonly signIn: SignIn;
  /** Where people reach this function: an origin. */
  readonly publicUrl: string;
}

export type ApiEnv = {
  /** What the server hands over with a request; nothing in tests that call the app itself. */
  Bindings: Partial<HttpBindings>;
  Variables: RequestIdVariables & {
    principal: Principal;
    /** Where the request came from; null where nobody told. */
    from: string | null;
    caller: Caller;
    deps: ApiDeps;
  };
};
export type Api = OpenAPIHono<ApiEnv>;
