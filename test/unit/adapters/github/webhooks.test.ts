import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { HostEvent } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { sha } from '#test/support/memory/examples.ts';

const ZERO = '0'.repeat(40);

/** A push as GitHub documents it, with the fields around ours that it sends too. */
const PUSH = {
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

function request(
  body: unknown,
  event: string | undefined,
  headers: Record<string, string> = {},
): HostRequest {
  const rawBody = typeof body === 'string' ? body : JSON.stringify(body);
  return { headers: { ...(event !== undefined && { 'x-github-event': event }), ...headers }, rawBody };
}
const parsed = (fields: object = {}) => githubWebhooks.parse(request({ ...PUSH, ...fields }, 'push'));
const withRepository = (fields: object) => parsed({ repository: { ...PUSH.repository, ...fields } });

/** What `parse` refuses with. */
function refusal(given: HostRequest): UserError {
  try {
    githubWebhooks.parse(given);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('verify', () => {
  const SECRET = "It's a Secret to Everybody";
  const BODY = 'Hello, World!';
  /** The example of docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries. */
  const GOOD = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const verify = (signature: string | undefined, secrets: readonly string[], rawBody = BODY) =>
    githubWebhooks.verify(
      { headers: { 'x-hub-signature-256': signature }, rawBody },
      secrets.map((secret) => new Secret(secret)),
      0,
    );
  const signed = (body: string, secret: string) =>
    `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;

  it('takes the example that GitHub documents', async () => {
    expect(await verify(GOOD, [SECRET])).toBe('body');
  });

  it('takes the signature of any of several secrets, so that one can be rotated', async () => {
    expect(await verify(GOOD, ['new', SECRET])).toBe('body');
    expect(await verify(GOOD, [SECRET, 'new'])).toBe('body');
    expect(await verify(GOOD, ['new', 'newer'])).toBeNull();
    expect(await verify(GOOD, [])).toBeNull();
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['only its name', 'sha256='],
    ['another body’s', signed('Hello, World', SECRET)],
    ['another secret’s', signed(BODY, SECRET.toLowerCase())],
    ['one without its name', GOOD.slice(7)],
    ['one with another name', GOOD.replace('sha256=', 'sha1=')],
    ['SHA-1', `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`],
    ['a cut one', GOOD.slice(0, -1)],
    ['a longer one', `${GOOD}0`],
    ['upper case', `sha256=${GOOD.slice(7).toUpperCase()}`],
    ['two of them', `${GOOD}, ${GOOD}`],
    ['other characters of the same length', `sha256=${'é'.repeat(64)}`],
  ])('refuses %s', async (_, signature) => {
    expect(await verify(signature, [SECRET])).toBeNull();
  });

  it('is over the raw bytes: another spelling of the same JSON is refused', async () => {
    const body = '{"a":1,"b":"ü"}';
    expect(await verify(signed(body, SECRET), [SECRET], body)).toBe('body');
    expect(await verify(signed(body, SECRET), [SECRET], '{"a": 1, "b": "ü"}')).toBeNull();
    expect(await verify(signed(body, SECRET), [SECRET], '{"a":1,"b":"\\u00fc"}')).toBeNull();
  });

  it('refuses an empty body, whoever signed it', async () => {
    expect(await verify(signed('', SECRET), [SECRET], '')).toBeNull();
  });

  it('looks at no other header', async () => {
    const sha1 = `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`;
    const headers = { 'x-hub-signature': sha1, 'x-hub-signature-256': undefined };
    expect(await githubWebhooks.verify({ headers, rawBody: BODY }, [new Secret(SECRET)], 0)).toBeNull();
  });
});

describe('eventId', () => {
  const eventId = (id: string | undefined) =>
    githubWebhooks.eventId({ headers: { 'x-github-delivery': id }, rawBody: '' });

  it('is GitHub’s own', () => {
    const guid = '72d3162e-cc78-11e3-81ab-4c9367dc0958';
    expect(eventId(guid)).toBe(guid);
    expect(eventId('a'.repeat(64))).toBe('a'.repeat(64));
  });

  it.each([
    undefined,
    '',
    '1234567',
    'a'.repeat(65),
    '../../../etc',
    'a b c d e f',
    '72d3162e\n',
    'ééééééééé',
  ])('is none where the header holds %j', (id) => {
    expect(eventId(id)).toBeNull();
  });
});

describe('parse, a push', () => {
  const push = {
    kind: 'push',
    repository: 'acme/shop',
    host_id: '186853002',
    ref: 'refs/heads/main',
    before_sha: sha('b'),
    commit_sha: sha('a'),
    pushed_at: 1_557_933_657_000,
    message: 'a change',
  };

  it('gives it in our words, and nothing else', () => {
    expect(parsed()).toEqual(push);
    expect(HostEvent.parse(parsed())).toEqual(push);
  });

  it('that creates a ref has no commit before it', () => {
    expect(parsed({ before: ZERO, created: true })).toEqual({ ...push, before_sha: null });
    const tag = { ref: 'refs/tags/v1.0.0', before: ZERO, created: true, base_ref: 'refs/heads/main' };
    expect(parsed(tag)).toEqual({ ...push, ref: 'refs/tags/v1.0.0', before_sha: null });
  });

  it('that deletes a ref has no commit', () => {
    const deletion = { after: ZERO, deleted: true, head_commit: null, commits: [] };
    const gone = { ...push, commit_sha: null, message: null };
    expect(parsed(deletion)).toEqual(gone);
    expect(parsed({ after: ZERO, deleted: undefined })).toEqual(gone);
    expect(parsed({ deleted: true })).toEqual(gone);
  });

  it('by force is a push as any other', () => {
    expect(parsed({ forced: true, after: sha('c') })).toEqual({ ...push, commit_sha: sha('c') });
  });

  it('of an annotated tag is of the commit that the tag names', () => {
    const tag = {
      ref: 'refs/tags/v1',
      before: ZERO,
      after: sha('7'),
      head_commit: { id: sha('a'), message: 'x' },
    };
    expect(parsed(tag)).toMatchObject({ commit_sha: sha('a'), message: 'x' });
    expect(parsed({ ...tag, head_commit: null })).toMatchObject({ commit_sha: sha('7'), message: null });
  });

  it('has the start of a long message, in whole characters', () => {
    const message = `${'x'.repeat(3999)}🐳`;
    expect(parsed({ head_commit: { id: sha('a'), message } })).toMatchObject({
      message: `${'x'.repeat(3999)}\ufffd`,
    });
  });

  it('of a SHA-256 repository has its long ids', () => {
    const [before, after] = ['d'.repeat(64), 'e'.repeat(64)];
    expect(parsed({ before, after })).toEqual({ ...push, before_sha: before, commit_sha: after });
    expect(parsed({ before: '0'.repeat(64), after })).toMatchObject({ before_sha: null });
  });

  it('has its time in seconds; any other form says nothing', () => {
    expect(withRepository({ pushed_at: 1_700_000_000 })).toMatchObject({ pushed_at: 1_700_000_000_000 });
    for (const pushed_at of ['2019-05-15T15:20:57Z', null, undefined]) {
      expect(withRepository({ pushed_at })).toEqual({ ...push, pushed_at: null });
    }
  });

  it.each([
    ['ref', { ref: undefined }],
    ['ref', { ref: 7 }],
    ['ref', { ref: 'x'.repeat(1025) }],
    ['ref', { ref: 'refs/heads/\ud800' }],
    ['head_commit.id', { head_commit: { id: 'HEAD', message: 'x' } }],
    ['before', { before: 'HEAD' }],
    ['before', { before: null }],
    ['after', { after: undefined }],
    ['after', { after: `${sha('a')}\n` }],
    ['after', { after: sha('A') }],
    ['after', { after: '--upload-pack=x' }],
    ['deleted', { deleted: 'no' }],
    ['repository', { repository: undefined }],
    ['repository', { repository: null }],
    ['repository.full_name', { repository: {} }],
    ['repository.full_name', { repository: { full_name: 'x'.repeat(256) } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: 1.5 } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: -1 } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: 253_402_300_800 } }],
    ['repository.pushed_at', { repository: { full_name: 'acme/shop', pushed_at: Number.MAX_SAFE_INTEGER } }],
  ])('names the field that is wrong: %s', (path, fields) => {
    const { code, problems } = refusal(request({ ...PUSH, ...fields }, 'push'));
    expect(code).toBe('invalid_request');
    expect(problems.map((problem) => problem.path)).toEqual([path]);
  });

  it('names all fields that are wrong', () => {
    expect(refusal(request({}, 'push')).problems.map(({ path }) => path)).toEqual([
      'ref',
      'before',
      'after',
      'repository',
    ]);
    for (const body of ['null', '[]', '"x"', '1']) {
      expect(refusal(request(body, 'push'))).toMatchObject({ code: 'invalid_request' });
    }
  });

  it('gives a time that a delivery may hold, or refuses it, whatever number is sent', () => {
    for (const [pushed_at, ms] of [
      [0, 0],
      [253_402_300_799, 253_402_300_799_000],
    ] as const) {
      expect(HostEvent.parse(withRepository({ pushed_at }))).toMatchObject({ pushed_at: ms });
    }
    const numbers = fc.oneof(fc.maxSafeInteger(), fc.double(), fc.integer({ min: 0, max: 300_000_000_000 }));
    fc.assert(
      fc.property(numbers, (pushed_at) => {
        let event: unknown;
        try {
          event = withRepository({ pushed_at });
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.code).toBe('invalid_request');
          expect(new Set(error.problems.map(({ path }) => path))).toEqual(new Set(['repository.pushed_at']));
          return;
        }
        expect(HostEvent.parse(event)).toEqual(event);
      }),
    );
  });
});

describe('parse, other events', () => {
  const ping = { zen: 'Keep it logically awesome.', hook_id: 1, hook: { type: 'Repository' } };

  it('takes a ping, of a repository’s webhook and of an App’s', () => {
    expect(githubWebhooks.parse(request(ping, 'ping'))).toEqual({
      kind: 'ping',
      repository: null,
      host_id: null,
    });
    expect(githubWebhooks.parse(request({ ...ping, repository: PUSH.repository }, 'ping'))).toEqual({
      kind: 'ping',
      repository: 'acme/shop',
      host_id: '186853002',
    });
  });

  it('gives any other event by its name, cut to what a document takes', () => {
    const other = { kind: 'other', repository: null, host_id: null };
    const why = 'nothing is done for issues with the action "opened"';
    expect(githubWebhooks.parse(request({ action: 'opened' }, 'issues'))).toEqual({
      ...other,
      name: 'issues',
      why,
    });
    expect(githubWebhooks.parse(request({}, 'x'.repeat(999)))).toEqual({
      ...other,
      name: 'x'.repeat(64),
      why: null,
    });
    const long = githubWebhooks.parse(request({ action: 'x'.repeat(9999) }, 'issues'));
    expect(JSON.stringify(long).length).toBeLessThan(400);
  });

  it('knows that a created or deleted ref is told by a push', () => {
    for (const name of ['create', 'delete'])
      expect(githubWebhooks.parse(request({ ref: 'main', repository: PUSH.repository }, name))).toMatchObject(
        {
          kind: 'other',
          repository: 'acme/shop',
          why: expect.stringMatching(/^the push .* has told it already$/),
        },
      );
  });

  it.each([undefined, ''])('refuses a request without the event’s name (%j)', (name) => {
    expect(refusal(request(PUSH, name))).toMatchObject({
      code: 'invalid_request',
      problems: [{ path: 'x-github-event' }],
    });
  });

  it.each(['', '{', 'payload=%7B%7D', '\u0000'])('refuses a body that is not JSON: %j', (body) => {
    for (const name of ['push', 'ping', 'pull_request', 'issues']) {
      expect(refusal(request(body, name))).toMatchObject({
        code: 'invalid_request',
        message: 'the body is not JSON',
      });
    }
  });

  it.each(['constructor', 'toString', '__proto__'])('gives an event named %j by its name too', (name) => {
    expect(githubWebhooks.parse(request({}, name))).toMatchObject({ kind: 'other', name });
  });
});

describe('claimedRepository', () => {
  const signed = { 'x-hub-signature-256': 'sha256=00' };
  const claimed = (body: unknown, headers: Record<string, string> = signed) =>
    githubWebhooks.claimedRepository(request(body, 'push', headers));

  it('reads the name that the body has, whatever the event', () => {
    const shop = { full_name: 'acme/shop', host_id: '186853002' };
    expect(claimed(PUSH)).toEqual(shop);
    expect(claimed({ zen: 'x', hook_id: 1, repository: PUSH.repository })).toEqual(shop);
  });

  it.each([
    ['no repository', {}],
    ['a name that is no text', { repository: { full_name: 7 } }],
    ['a name without end', { repository: { full_name: 'x'.repeat(256) } }],
    ['no JSON', '{"repository": '],
    ['nothing', ''],
    ['null', 'null'],
  ])('is null for %s', (_, body) => {
    expect(claimed(body)).toBeNull();
  });

  it('reads a form too', () => {
    const body = `payload=${encodeURIComponent(JSON.stringify(PUSH))}`;
    const headers = { ...signed, 'content-type': 'application/x-www-form-urlencoded' };
    expect(claimed(body, headers)).toMatchObject({ full_name: 'acme/shop' });
  });

  it('does not look into a body that nobody signed', () => {
    expect(claimed(PUSH, {})).toBeNull();
  });
});

describe('a form-encoded delivery', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = (body: unknown) =>
    `payload=${encodeURIComponent(JSON.stringify(body)).replaceAll('%20', '+')}`;

  it('is the same event as its JSON', () => {
    const push = { ...PUSH, head_commit: { id: sha('a'), message: 'a + b = 100 % ü' } };
    for (const type of [FORM['content-type'], 'Application/X-WWW-Form-Urlencoded; charset=utf-8'])
      expect(githubWebhooks.parse(request(form(push), 'push', { 'content-type': type }))).toEqual(
        githubWebhooks.parse(request(push, 'push', { 'content-type': 'application/json' })),
      );
  });

  it('is signed as it is sent', async () => {
    const rawBody = form(PUSH);
    const signature = `sha256=${createHmac('sha256', 's').update(rawBody).digest('hex')}`;
    const headers = { ...FORM, 'x-hub-signature-256': signature };
    expect(await githubWebhooks.verify({ headers, rawBody }, [new Secret('s')], 0)).toBe('body');
  });

  it.each(['', 'payload=', 'a=1', 'payload=%7B', 'payload=%ff', '{"ref":"x"}'])(
    'is refused as %j',
    (body) => {
      expect(refusal(request(body, 'push', FORM))).toMatchObject({ code: 'invalid_request' });
    },
  );
});
