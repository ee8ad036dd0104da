import type { BuilderSettings } from '#core/bitflow-toml.ts';
import type { BuildResult } from '#core/build.ts';
import type { CheckoutView } from '../view.ts';

/** What a builder may look at when it decides. */
export interface BuildInput {
  readonly view: CheckoutView;
  readonly settings: BuilderSettings;
  /** `owner/name`: caches carry it, so that repositories do not share them. */
  readonly repository: string;
  /** Build arguments of the build: they come over those of the repository, and are no secrets. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** The names of the build secrets; a plan never sees a value. */
  readonly secretNames: readonly string[];
  readonly tools: PlanTools;
}

/** The tools that a plan may come from: none needs a network or an engine. */
export interface PlanTools {
  /** Runs nixpacks; resolves with its exit code and streams, whatever they are. */
  nixpacks(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** An empty folder that nixpacks may write to. */
  emptyFolder(): Promise<string>;
  /** What a machine without the Nix archive needs instead, for the providers that nixpacks found. */
  readonly nixpacksOverlay: ((providers: readonly string[]) => unknown) | null;
}

/** Whether a builder can build this checkout, and why it thinks so, in a sentence for the log. */
export interface Detection {
  readonly matches: boolean;
  readonly reason: string;
}

/** What is to be done, as data: one executor runs it, the CLI prints it, a test snapshots it. */
export interface BuildPlan {
  readonly builder: BuildResult['builder_type'];
  /** Why this builder and these steps. */
  readonly reasons: readonly string[];
  /** What the user should know although the build goes on. */
  readonly warnings: readonly string[];
  readonly dockerfile: PlannedDockerfile;
  /** Generated files that the Dockerfile copies from the named context `ASSETS_CONTEXT`: path to content. */
  readonly assets: Readonly<Record<string, string>>;
  readonly target: string | null;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Names of the variables that the image keeps, and of those that only its build sees. */
  readonly variables: { readonly runtime: readonly string[]; readonly build: readonly string[] };
  /** Secrets that steps may mount, by name. */
  readonly secrets: readonly string[];
  /** The folders that cache mounts keep between builds. */
  readonly caches: readonly string[];
  readonly start: string | null;
  /** The steps that the builder worked out, in their order; none where a Dockerfile says them. */
  readonly phases: readonly { readonly name: string; readonly commands: readonly string[] }[];
}

export interface PlannedDockerfile {
  /** The checkout's own file (relative to the root directory), used as it is; null: BuildKit is given `text`. */
  readonly path: string | null;
  readonly text: string;
  /** What is left out of the context, where that is said for this Dockerfile alone (`<path>.dockerignore`). */
  readonly ignore: string | null;
}

/** The name of the context that holds a plan's assets. */
export const ASSETS_CONTEXT = 'bitflow-assets';

export interface Builder {
  readonly type: BuildResult['builder_type'];
  detect(input: BuildInput): Promise<Detection>;
  /** Throws `BuildFailure` where the checkout does not fit the builder. */
  plan(input: BuildInput): Promise<BuildPlan>;
}
