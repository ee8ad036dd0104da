import { z } from 'zod';

/** How to call the container engine of this machine. */
export const engineSchema = z.strictObject({
  kind: z.enum(['podman', 'docker']),
  command: z.string().min(1),
  /** before the subcommand, such as podman's `--runtime runc` */
  globalArgs: z.array(z.string()).default([]),
  /** after `run`, such as `--ulimit nofile=1024:1024` */
  runArgs: z.array(z.string()).default([]),
});
export type Engine = z.output<typeof engineSchema>;

/** What a real worker has by nature and no request names. Added to every step. */
export const workerSchema = z.strictObject({
  env: z.record(z.string(), z.string()).default({}),
  mounts: z
    .array(z.strictObject({ source: z.string(), target: z.string(), readOnly: z.boolean().default(false) }))
    .default([]),
  extraRunArgs: z.array(z.string()).default([]),
  /** as the engine's `--memory` takes it, such as `512m` */
  memory: z.string().optional(),
});
export type Worker = z.output<typeof workerSchema>;

export const pullSchema = z.enum(['never', 'missing', 'always']);

/** The part of the options that a file can hold. */
export const cloudBuildFileSchema = z.strictObject({
  projectIds: z.array(z.string().min(1)).min(1),
  engine: engineSchema,
  worker: workerSchema.prefault({}),
  /** builds that run at the same time; the others stay QUEUED */
  capacity: z.number().int().positive(),
  /** an absolute folder for the builds' workspaces */
  workDir: z.string().startsWith('/'),
  port: z.number().int().min(0).max(65_535).optional(),
  /** how far behind ListBuilds is: the real one does not promise to list a build at once */
  listLagMs: z.number().int().nonnegative().default(0),
  /** names this stack's containers, so that its shutdown finds its own and no others */
  containerPrefix: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  pull: pullSchema.default('missing'),
});

/** A message for the `cloud-builds` topic of a project. */
export type BuildMessage = {
  readonly projectId: string;
  readonly data: Buffer;
  readonly attributes: { readonly buildId: string; readonly status: string };
};

export type CloudBuildOptions = z.input<typeof cloudBuildFileSchema> & {
  /** Publishes one message. Called again, with a growing pause, until it succeeds. */
  readonly publish: (message: BuildMessage) => Promise<void>;
  /** The metadata server (`host:port`) of a step that runs as this account; '' where its build names none. */
  readonly metadataOf?: (serviceAccount: string) => Promise<string>;
  readonly now?: () => Date;
  /** Every line of a step's output, stdout and stderr alike. */
  readonly onOutput?: (buildId: string, stepIndex: number, line: string) => void;
  /** What went wrong in the server itself and could not be answered to a caller. Default: stderr. */
  readonly onError?: (error: unknown) => void;
};
