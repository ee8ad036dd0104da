import { z } from 'zod';

/** Where a team's registry prefix goes. */
const TEAM = '{team}';

/**
 * Where the images of one kind (staging, releases, caches) lie: `host/path` with `{team}` in it, once. So each team's
 * lie below a path of their own, to which rights are given by itself. In Artifact Registry `{team}` is in the name
 * of the repository, which is what rights are given on:
 * `LOCATION-docker.pkg.dev/PROJECT/{team}-release`. Two areas differ outside of `{team}` in a way that no team's
 * prefix can make up for (`{team}-release` and `{team}-staging`; not `{team}` and `{team}-staging`).
 */
export const RegistryArea = z
  .string()
  .regex(
    /^[a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9._-]+)*\/(?:[a-z0-9._-]+-)?\{team\}(?:-[a-z0-9._-]+)?(?:\/[a-z0-9._-]+)*$/,
    `must be host/path with ${TEAM} in it once: a part of the path, or the beginning or end of one with a dash`,
  );

/** The registry prefix of the team that an image is of: the first part of its name. */
export function prefixOf(name: string): string {
  const [prefix = '', rest = ''] = name.split(/\/(.*)/s);
  if (prefix === '' || rest === '') throw new Error(`an image without a team: ${name}`);
  return prefix;
}

/**
 * The whole path (`host/path`) of an image in an area. Nothing else puts such paths together.
 * @param name the team's registry prefix, then the image's path: `acme/shop/api`.
 */
export function pathIn(area: string, name: string): string {
  const prefix = prefixOf(name);
  return `${area.replace(TEAM, prefix)}/${name.slice(prefix.length + 1)}`;
}
