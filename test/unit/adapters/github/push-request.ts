import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { UserError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';
import { sha } from '#test/support/memory/examples.ts';

export const ZERO = '0'.repeat(40);

/** A push as GitHub documents it, with the fields around ours that it sends too. */
export const PUSH = {
  ref: 'refs/heads/main',
  before: sha('b'),
  after: sha('a'),
  repository: {
    id: 186_853_002,
    node_id: 'MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=',
    name: 'shop',
    full_name: 'acme/shop',
    private: true,
    owner: { name: 'acme', email: 'acme@users.noreply.github.com', login: 'acme', id: 21_031_067 },
    html_url: 'https://github.com/acme/shop',
    created_at: 1_557_933_565,
    updated_at: '2019-05-15T15:20:41Z',
    pushed_at: 1_557_933_657,
    clone_url: 'https://github.com/acme/shop.git',
    default_branch: 'main',
    master_branch: 'main',
  },
  pusher: { name: 'dev', email: 'dev@users.noreply.github.com' },
  sender: { login: 'dev', id: 21_031_067, type: 'User' },
  created: false,
  deleted: false,
  forced: false,
  base_ref: null,
  compare: 'https://github.com/acme/shop/compare/bbbbbbb...aaaaaaa',
  commits: [{ id: sha('a'), message: 'a change', added: [], removed: [], modified: ['README.md'] }],
  head_commit: { id: sha('a'), message: 'a change' },
};

export function request(
  body: unknown,
  event: string | undefined,
  headers: Record<string, string> = {},
): HostRequest {
  const rawBody = typeof body === 'string' ? body : JSON.stringify(body);
  return { headers: { ...(event !== undefined && { 'x-github-event': event }), ...headers }, rawBody };
}
export const parsed = (fields: object = {}) => githubWebhooks.parse(request({ ...PUSH, ...fields }, 'push'));
export const withRepository = (fields: object) => parsed({ repository: { ...PUSH.repository, ...fields } });

/** What `parse` refuses with. */
export function refusal(given: HostRequest): UserError {
  try {
    githubWebhooks.parse(given);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was taken');
}
