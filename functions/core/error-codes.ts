/** What a code of a problem document stands for. */
interface ErrorKind {
  /** The HTTP status (RFC 9110, section 15). */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 416 | 422 | 429 | 500 | 503;
  readonly title: string;
  /** What it means, and what the caller can do: a paragraph of the reference. */
  readonly help: string;
}

/** Every code that an answer of ours may have: types, schema, statuses and reference come from this list. */
export const ERROR_CODES = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    help: 'Something of the address, the query, a header or the body is not as the reference has it. `errors` names each field and what would be accepted. The same request is refused again.',
  },
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    help: 'There is no token, or one that is unknown, expired or revoked: the answer does not say which. Send a good one as `Authorization: Bearer …`.',
  },
  invalid_signature: {
    status: 401,
    title: 'Not authenticated',
    help: 'The signature does not belong to these bytes. Compare the webhook secret at the git host with the one here.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    help: 'The caller is known, and its role or the scopes of its token leave out the permission that the operation takes; `detail` names it. Nothing else of the request was looked at.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    help: 'There is no such thing, or it belongs to another team: the answer is the same.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Not a method of this address',
    help: 'The address is right and the method is not. The header `Allow` lists those that there are.',
  },
  conflict: {
    status: 409,
    title: 'In conflict with the state of things',
    help: 'The request is valid, and what is there does not allow it now: it exists already, it has ended, something still needs it. `detail` says what.',
  },
  team_not_provisioned: {
    status: 409,
    title: 'The team has no registries yet',
    help: 'The team is there, and what its images go to is not: nothing can be built for it. Somebody who operates the installation adds the team to `teams` in the environment’s tfvars file and deploys; `detail` has the name to add. Nothing was made; afterwards the same request is taken.',
  },
  too_large: {
    status: 413,
    title: 'Too large',
    help: 'The body is larger than what is taken here; `detail` has the limit.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Not a type of content that this takes',
    help: 'Send the body as JSON, with `Content-Type: application/json`.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'Nothing in this range',
    help: 'There are not as many bytes, or not yet. The header `Content-Range` says how many there are.',
  },
  refused: {
    status: 422,
    title: 'Refused',
    help: 'The request is well formed, and something that it names cannot be had: the git host does not know it or does not let us in, or the installation does not permit it. `detail` says what.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    help: 'A limit of the caller or the team is used up. The header `Retry-After` says when to come again (s).',
  },
  unavailable: {
    status: 503,
    title: 'Not available now',
    help: 'Something that the service needs is away. The header `Retry-After` says when to come again (s). A GET, PUT or DELETE can be repeated as it is; a POST with the same `Idempotency-Key`, where the operation takes one.',
  },
  internal: {
    status: 500,
    title: 'A fault of the service',
    help: 'It was logged under the `request_id`. Whoever operates the installation finds it there.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What a `UserError` means to an HTTP caller. */
export type UserErrorCode = Exclude<ErrorCode, 'unavailable' | 'internal'>;
