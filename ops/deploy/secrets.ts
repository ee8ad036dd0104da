import { z } from 'zod';
import { type Gcloud, listOf } from '../cloud/gcloud.ts';

const Version = z.object({ name: z.string(), state: z.string() });

/** The states of a secret's versions; null: there is no such secret. Their contents are never asked for. */
export async function versionStates(
  gcloud: Gcloud,
  project: string,
  secret: string,
): Promise<readonly string[] | null> {
  const args = ['secrets', 'versions', 'list', secret, `--project=${project}`];
  const versions = await gcloud.find(listOf(Version), args);
  return versions === null ? null : versions.map(({ state }) => state.toUpperCase());
}

export async function hasVersion(gcloud: Gcloud, project: string, secret: string): Promise<boolean> {
  return (await versionStates(gcloud, project, secret))?.includes('ENABLED') ?? false;
}
