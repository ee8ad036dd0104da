import {
  loadProtos,
  Projects,
  type RunningServer,
  serviceOf,
  startGrpcServer,
  unaryMethods,
} from '../grpc.ts';
import { Builds } from './builds.ts';
import { removeStackContainers } from './engine.ts';
import { RecentOutput } from './lines.ts';
import { type CloudBuildOptions, cloudBuildFileSchema } from './options.ts';
import { Publisher } from './publisher.ts';
import { toJson } from './record.ts';
import { runBuild } from './run-build.ts';
import { cloudBuildMethods } from './service.ts';

export type CloudBuildServer = RunningServer & {
  /** every build, oldest first, in the proto3 JSON mapping */
  builds(): Record<string, unknown>[];
  /** the last 200 lines of a recent build's steps */
  output(buildId: string): readonly string[];
};

/**
 * Starts a Cloud Build API on loopback that runs builds as containers of this machine. `close` cancels what runs,
 * waits until its containers are gone, and gives unsent messages one more attempt.
 */
export const startCloudBuild = async (options: CloudBuildOptions): Promise<CloudBuildServer> => {
  const {
    publish,
    metadataOf,
    onOutput,
    now = () => new Date(),
    onError = (error) => console.error(error),
    ...rest
  } = options;
  const settings = cloudBuildFileSchema.parse(rest);
  const { engine, containerPrefix } = settings;
  const recent = new RecentOutput();
  const publisher = new Publisher(publish, onError);
  const onLine = (buildId: string, stepIndex: number, line: string) => {
    recent.add(buildId, line);
    onOutput?.(buildId, stepIndex, line);
  };
  const builds = new Builds({
    capacity: settings.capacity,
    listLagMs: settings.listLagMs,
    now,
    run: (build, stop) => runBuild({ ...settings, metadataOf, now, onLine, onError }, build, stop),
    changed: (build) => publisher.changed(build),
  });

  // A run that crashed could not remove its containers; they would go on building for nobody.
  await removeStackContainers(engine, containerPrefix);
  const protos = loadProtos('@google-cloud/cloudbuild', [
    'google/devtools/cloudbuild/v1/cloudbuild.proto',
    'google/longrunning/operations.proto',
  ]);
  const methods = cloudBuildMethods(protos, new Projects(settings.projectIds), builds);
  const server = await startGrpcServer(
    [
      {
        definition: serviceOf(protos, 'google.devtools.cloudbuild.v1.CloudBuild'),
        methods: unaryMethods(methods.cloudBuild, onError),
      },
      {
        definition: serviceOf(protos, 'google.longrunning.Operations'),
        methods: unaryMethods(methods.operations, onError),
      },
    ],
    settings.port,
  );
  return {
    address: server.address,
    builds: () => builds.all().map(toJson),
    output: (buildId) => recent.of(buildId),
    close: async () => {
      await builds.close();
      await server.close();
      await publisher.close();
      await removeStackContainers(engine, containerPrefix);
    },
  };
};
