import { Webhooks } from '@octokit/webhooks';
import { UserError } from '#core/errors.ts';
import type { CloneCredential, GitHost, HostRequest } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import type { Secret } from '#core/secret.ts';
import { Claim, EVENTS } from './payload.ts';

export interface GitHubSettings {
  /** Reads the repositories; null where they are public. An App's installation token takes its place later. */
  readonly cloneToken: Secret | null;
  /**
   * The host (`host` or `host:port`) that the token is for: it is shown to no other, whatever a clone URL says, and
   * there for the repository of the connected name only.
   */
  readonly cloneHost: string;
}

const DELIVERY_ID = /^[A-Za-z0-9-]{8,64}$/;

/**
 * GitHub. Trust is `X-Hub-Signature-256` over the raw body
 * (docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
 */
export function github(settings: GitHubSettings): GitHost {
  return {
    platform: 'github',
    async verify(request, secrets) {
      const signature = request.headers['x-hub-signature-256'];
      if (!signature?.startsWith('sha256=') || request.rawBody === '') return false;
      const checks = await Promise.all(
        secrets.map((secret) => new Webhooks({ secret: secret.reveal() }).verify(request.rawBody, signature)),
      );
      return checks.includes(true);
    },
    claimedRepository(request) {
      if (!request.headers['x-hub-signature-256']) return null;
      try {
        const claim = Claim.safeParse(JSON.parse(request.rawBody));
        return claim.success ? claim.data.repository.full_name : null;
      } catch {
        return null; // nobody is told more of an unsigned body than that it is unsigned
      }
    },
    eventId(request) {
      const id = request.headers['x-github-delivery'];
      return id !== undefined && DELIVERY_ID.test(id) ? id : null;
    },
    parse,
    cloneUrl: (fullName) => `https://github.com/${fullName}.git`,
    async cloneCredential(repository): Promise<CloneCredential | null> {
      if (!isOwnAddress(repository, settings.cloneHost)) return null;
      return settings.cloneToken && { username: 'x-access-token', password: settings.cloneToken };
    },
  };
}

/**
 * Whether a repository is cloned from where its name is, on this host. The token may read the repositories of all
 * teams: only a repository's name is one team's alone, its clone address anybody may give.
 */
function isOwnAddress(
  { clone_url, full_name }: Pick<Repository, 'clone_url' | 'full_name'>,
  cloneHost: string,
): boolean {
  const { host, pathname } = new URL(clone_url);
  const named = pathname
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/\.git$/, '');
  return host === cloneHost && named === `/${full_name.toLowerCase()}`;
}

function parse(request: HostRequest) {
  const name = request.headers['x-github-event'];
  if (!name) {
    const problems = [{ path: 'x-github-event', message: 'the header is missing' }];
    throw new UserError('invalid_request', 'the header X-GitHub-Event is missing', { problems });
  }
  const schema = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
  const json = jsonOf(request.rawBody);
  if (!schema) return { kind: 'other', name: name.slice(0, 64) } as const;
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  throw new UserError('invalid_request', `the ${name} event is not of the shape that GitHub documents`, {
    problems,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('invalid_request', 'the body is not JSON', {
      cause,
      problems: [{ path: '', message: 'is not JSON' }],
    });
  }
}
