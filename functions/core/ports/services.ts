import type { CloudBuildView } from '#core/events.ts';
import type { Topic } from '#core/messages.ts';
import type { PlanAnswer, PlanRequest } from '#core/plan.ts';
import type { Secret } from '#core/secret.ts';
import type { MachineType } from '#core/team.ts';

export interface Bus {
  /** Publishes JSON; resolves when the bus has it. Throws TransientError. */
  publish(topic: Topic, body: object, attributes?: Record<string, string>): Promise<void>;
}

/** A bus that can publish a message again as it was: signatures are over exact bytes. */
export interface ReplayBus extends Bus {
  /** Publishes these bytes and attributes; resolves when the bus has them. Throws TransientError. */
  publishBytes(topic: Topic, data: Uint8Array, attributes: Readonly<Record<string, string>>): Promise<void>;
}

/** What `submit` asks Cloud Build to run. */
export interface CloudBuildSpec {
  readonly buildId: string;
  readonly attempt: number;
  readonly exchangeToken: string;
  /** Whether its code is the repository's own; a fork's runs as another account. */
  readonly trusted: boolean;
  readonly timeoutS: number;
  /** The machine to run on; null: Cloud Build's default. A private pool has machines of its own. */
  readonly machineType: MachineType | null;
}

/** The Cloud Builds that there are. */
export interface CloudBuilds {
  get(id: string): Promise<CloudBuildView | null>;
  /** Cloud Builds of an attempt; the list may lag behind. */
  ofAttempt(buildId: string, attempt: number): Promise<CloudBuildView[]>;
  /** Ends a Cloud Build; one that ended or is unknown is no error. */
  cancel(id: string): Promise<void>;
}

/** Cloud Build for `submit`, which alone creates Cloud Builds. */
export interface CloudBuildCreator extends CloudBuilds {
  /** Throws UserError('refused') where asking again cannot help, TransientError where the outcome is unknown. */
  create(spec: CloudBuildSpec): Promise<{ readonly id: string }>;
}

export interface SecretStore {
  /** Adds a version, and the secret itself where it is not there. */
  put(id: string, value: Secret): Promise<void>;
  /** The newest version; null where there is none. */
  get(id: string): Promise<Secret | null>;
  /** Removes a secret with all its versions; one that is not there is no error. */
  remove(id: string): Promise<void>;
}

/** Checks an identity token (OpenID Connect) and says whose it is; null where it is not good. */
export interface IdentityVerifier {
  verify(token: string): Promise<{ email: string } | null>;
}

/** Works out how a commit would be built, without building it. */
export interface Planner {
  /** The plan, or what a build would fail with. Throws TransientError. */
  plan(request: PlanRequest): Promise<PlanAnswer>;
}

/** How often somebody may ask. Times are in full seconds; null: go on. */
export interface Rates {
  /** Counts a request of a caller. @returns how long they have to wait. */
  request(caller: string): Promise<number | null>;
  /** How long a network is not let in for having failed to sign in too often. */
  blocked(network: string): Promise<number | null>;
  /** Counts an attempt to sign in that failed. */
  failed(network: string): Promise<void>;
  /** Counts a terminal of a network that wants to be signed in. @returns how long it has to wait. */
  signIn(network: string): Promise<number | null>;
  /** Counts a terminal's asking whether it is. @returns whether it asks sooner than it was told to. */
  polledTooSoon(terminal: string): Promise<boolean>;
}
