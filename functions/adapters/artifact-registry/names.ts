/** `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE` (cloud.google.com/artifact-registry/docs/docker/names). */
const PATH = /^([a-z0-9-]+)-docker\.pkg\.dev\/([a-z0-9:.-]+)\/([a-z0-9-]+)\/(.+)$/;

/** Whether a registry path is one of Artifact Registry's. */
export const isArtifactRegistry = (path: string): boolean => /^[a-z0-9-]+-docker\.pkg\.dev\//.test(path);

/** The package that an image's path is in Artifact Registry's API; the slashes of its name are escaped. */
export function packageOf(path: string): string {
  const [, location, project, repository, image] = PATH.exec(path) ?? [];
  if (!location || !project || !repository || !image)
    throw new Error(`not a path of Artifact Registry: ${path}`);
  const parent = `projects/${project}/locations/${location}/repositories/${repository}`;
  return `${parent}/packages/${encodeURIComponent(image)}`;
}

/** The last part of a resource's name, as it is without escapes. */
export function lastPart(name: string | null | undefined): string {
  return decodeURIComponent((name ?? '').split('/').at(-1) ?? '');
}
