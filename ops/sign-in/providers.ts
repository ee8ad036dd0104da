import { z } from 'zod';
import { TransientError, UserError } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';

/** The providers that the service signs people in with, by the names that Identity Platform has for them. */
export const PROVIDERS = ['google.com', 'github.com'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface IdentityPlatform {
  readonly project: string;
  /** `https://identitytoolkit.googleapis.com`, unless another stands in for it. */
  readonly endpoint: string;
  /** An access token of somebody who may change the project's Identity Platform. */
  readonly token: Secret;
}

const TIMEOUT_MS = 30_000;
const Listed = z.object({ defaultSupportedIdpConfigs: z.array(z.object({ name: z.string() })).default([]) });
const Failure = z.object({ error: z.object({ message: z.string() }) });

/**
 * The OAuth clients of a project's Identity Platform: cloud.google.com/identity-platform/docs/reference/rest/v2/
 * projects.defaultSupportedIdpConfigs. Its answers have the client secrets in them, and are shown nowhere.
 */
export function signInProviders(platform: IdentityPlatform) {
  const parent = `projects/${platform.project}/defaultSupportedIdpConfigs`;
  return {
    /** Those that are set up, switched on or off. */
    async list(): Promise<ReadonlySet<string>> {
      const { defaultSupportedIdpConfigs } = Listed.parse(await call(platform, 'GET', parent));
      return new Set(defaultSupportedIdpConfigs.map(({ name }) => name.slice(name.lastIndexOf('/') + 1)));
    },
    async create(provider: Provider, clientId: string, secret: Secret): Promise<void> {
      const body = { enabled: true, clientId, clientSecret: secret.reveal() };
      await call(platform, 'POST', `${parent}?idpId=${provider}`, body);
    },
    async update(provider: Provider, clientId: string, secret: Secret): Promise<void> {
      const body = { enabled: true, clientId, clientSecret: secret.reveal() };
      await call(platform, 'PATCH', `${parent}/${provider}?updateMask=enabled,clientId,clientSecret`, body);
    },
    async switchOff(provider: Provider): Promise<void> {
      await call(platform, 'PATCH', `${parent}/${provider}?updateMask=enabled`, { enabled: false });
    },
  };
}

async function call(
  { project, endpoint, token }: IdentityPlatform,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${endpoint}/admin/v2/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      'content-type': 'application/json',
      // People's own credentials have no project whose quota such a request counts for.
      'x-goog-user-project': project,
    },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new TransientError('Identity Platform did not answer', { cause });
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const said = Failure.safeParse(answer).data?.error.message.slice(0, 300) ?? 'no reason';
  const message = `Identity Platform answered ${response.status}: ${said}`;
  if (response.status === 429 || response.status >= 500) throw new TransientError(message);
  throw new UserError('refused', message);
}
