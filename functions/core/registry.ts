import { z } from 'zod';
import { type ClonePolicy, checkCloneUrl } from './clone-url.ts';

/** The kinds of registries that a team may release to; each has its own rules for addresses and credentials. */
export const RegistryKind = z.enum(['ghcr', 'gitlab', 'ecr', 'acr', 'dockerhub', 'other']);
export type RegistryKind = z.infer<typeof RegistryKind>;

/** One of a team's own registries. Its credential is in the secret store only. */
export const TeamRegistry = z.object({
  version: z.literal(1),
  id: z.string(),
  team: z.string(),
  kind: RegistryKind,
  /** `host/path`, lower case: what every image's name starts with there. */
  url: z.string(),
  /** When its credential was set (ms since the epoch); null: it has none yet. */
  credential_at: z.int().nullable(),
  created_at: z.int(),
});
export type TeamRegistry = z.infer<typeof TeamRegistry>;

/**
 * A user and a password. ECR: an access key's id and its secret. ACR: a token or service principal. The others:
 * a user name and an access token.
 */
export const RegistryCredential = z.strictObject({
  username: z.string().min(1).max(256),
  password: z.string().min(1).max(16_384),
});
export type RegistryCredential = z.infer<typeof RegistryCredential>;

/** Where a registry's credential is kept in the secret store. */
export const registrySecretId = (id: string): string => `bitflow-registry-${id}`;

/** ECR's hosts: account, region (docs.aws.amazonaws.com/AmazonECR, "Private registry authentication"). */
const ECR_HOST = /^([0-9]{12})\.dkr\.ecr(?:-fips)?\.([a-z]{2}(?:-[a-z]+)+-[0-9])\.amazonaws\.com$/;

/** What a kind's host must be, and whether something must follow it. */
const RULES: Readonly<
  Record<RegistryKind, { host: RegExp | null; owner: boolean; example: string; allowed: boolean }>
> = {
  ghcr: { host: /^ghcr\.io$/, owner: true, example: 'ghcr.io/acme', allowed: false },
  gitlab: { host: null, owner: true, example: 'registry.gitlab.com/acme/shop', allowed: false },
  ecr: {
    host: ECR_HOST,
    owner: false,
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    allowed: true,
  },
  acr: { host: /^[a-z0-9]{5,50}\.azurecr\.io$/, owner: false, example: 'acme.azurecr.io', allowed: false },
  dockerhub: { host: /^docker\.io$/, owner: true, example: 'docker.io/acme', allowed: false },
  other: { host: null, owner: false, example: 'registry.example.com/acme', allowed: false },
};

/** A part of a repository's name (OCI distribution spec, "Pulling manifests", the grammar of `<name>`). */
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${PART}(?:/${PART})*$`);
export const MAX_REGISTRY_URL = 200;

/** What an address looks like; which host and path a kind has is for `checkRegistryUrl`. */
export const REGISTRY_URL = new RegExp(`^[a-z0-9.-]+(?::[0-9]{1,5})?(?:/${PART})*/?$`);

/**
 * Checks the address of a team's registry (`host/path`, without a scheme). As for clone addresses, it must be a
 * public host over https, but for the `host:port` entries of the policy. A host that has a kind of its own is of no
 * other: its credentials and paths would be taken for another's.
 */
export function checkRegistryUrl(
  kind: RegistryKind,
  text: string,
  policy: ClonePolicy,
): { ok: string } | { error: string } {
  const { host: wanted, owner, example, allowed } = RULES[kind];
  const like = `must be like ${example}`;
  if (text.length > MAX_REGISTRY_URL || text.includes('://')) return { error: `${like}, without https://` };
  const [host = '', ...parts] = text.replace(/\/$/, '').split('/');
  const checked = checkCloneUrl(`https://${host}/`, policy);
  if ('error' in checked) return { error: checked.error };
  if (checked.ok.host !== host) return { error: like };
  if (wanted !== null && !wanted.test(host) && !(allowed && checked.ok.allowed)) return { error: like };
  const proper = kindOfHost(host) ?? kind;
  if (proper !== kind) return { error: `is one of the kind ${proper}` };
  const path = parts.join('/');
  if (parts.length === 0) return owner ? { error: like } : { ok: host };
  return PATH.test(path) ? { ok: `${host}/${path}` } : { error: `${like}: its path is not one of images` };
}

/** The kind of a registry whose host says it; null: it may be any of the others. */
export function kindOfHost(host: string): RegistryKind | null {
  return RegistryKind.options.find((kind) => RULES[kind].host?.test(host)) ?? null;
}

/** The region of an ECR registry; null where the host is none of AWS's. */
export function ecrRegion(host: string): string | null {
  return ECR_HOST.exec(host)?.[2] ?? null;
}
