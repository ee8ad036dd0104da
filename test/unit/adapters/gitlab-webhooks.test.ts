import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { gitlabWebhooks } from '#adapters/git-hosts/gitlab/webhooks.ts';
import { HostEvent } from '#core/delivery.ts';
import { UserError } from '#core/errors.ts';
import { webhookSecret } from '#core/ids.ts';
import type { HostRequest } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/hosts/gitlab');
const FIXTURES = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -5));

function fixture(name: string): { event: string; body: Record<string, unknown> } {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}
function request(event: string | null, body: unknown, headers: Record<string, string> = {}): HostRequest {
  const rawBody = typeof body === 'string' ? body : JSON.stringify(body);
  return { headers: { ...(event !== null && { 'x-gitlab-event': event }), ...headers }, rawBody };
}
const parsed = (name: string, more: object = {}) => {
  const { event, body } = fixture(name);
  return gitlabWebhooks.parse(request(event, { ...body, ...more }));
};

describe('the trust in a delivery of GitLab', () => {
  /** The example of the reference implementations of Standard Webhooks (their tests of `sign`). */
  const VECTOR = {
    secret: new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    at: 1_614_265_330_000,
    request: {
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
      rawBody: '{"test": 2432232314}',
    },
  };
  const verify = (
    given: Partial<HostRequest['headers']> = {},
    at = VECTOR.at,
    rawBody = VECTOR.request.rawBody,
  ) =>
    gitlabWebhooks.verify({ headers: { ...VECTOR.request.headers, ...given }, rawBody }, [VECTOR.secret], at);

  it('is of the body by the published test vector', async () => {
    expect(await verify()).toBe('body');
  });

  it.each([
    ['another body', {}, 0, '{"test": 2432232315}'],
    ['another id', { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJel' }, 0],
    ['another time', { 'webhook-timestamp': '1614265331' }, 0],
    ['a time that is no number', { 'webhook-timestamp': '1614265330x' }, 0],
    ['a time of 5 minutes and a second ago', {}, 301_000],
    ['a time of 5 minutes and a second ahead', {}, -301_000],
    ['no id', { 'webhook-id': undefined }, 0],
    ['no time', { 'webhook-timestamp': undefined }, 0],
    ['no signature', { 'webhook-signature': undefined }, 0],
    ['an empty signature', { 'webhook-signature': 'v1,' }, 0],
    [
      'another version',
      { 'webhook-signature': VECTOR.request.headers['webhook-signature'].replace('v1', 'v2') },
      0,
    ],
    ['no body', {}, 0, ''],
  ])('is none by %s', async (_, headers, later, body = VECTOR.request.rawBody) => {
    expect(await verify(headers, VECTOR.at + later, body)).toBeNull();
  });

  it('is there up to 5 minutes late or early, and by any of the signatures and secrets', async () => {
    expect(await verify({}, VECTOR.at + 300_000)).toBe('body');
    expect(await verify({}, VECTOR.at - 300_000)).toBe('body');
    const several = `v1,AAAA v1a,BBBB ${VECTOR.request.headers['webhook-signature']}`;
    expect(await verify({ 'webhook-signature': several })).toBe('body');
    const secrets = [new Secret('whsec_AAAA'), new Secret('whsec_'), VECTOR.secret];
    expect(await gitlabWebhooks.verify(VECTOR.request, secrets, VECTOR.at)).toBe('body');
  });

  it('is that of the package standardwebhooks, for any body and the secrets that we make', async () => {
    const connection = { platform: 'gitlab', connection_id: 'c-1' } as const;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(9), async (body, generation) => {
        const secret = webhookSecret(new Secret('key'), connection, generation);
        const headers = {
          'webhook-id': 'a-message',
          'webhook-timestamp': '1614265330',
          'webhook-signature': new Webhook(secret).sign('a-message', new Date(VECTOR.at), body),
        };
        const signed = { headers, rawBody: body };
        expect(await gitlabWebhooks.verify(signed, [new Secret(secret)], VECTOR.at)).toBe('body');
        expect(await gitlabWebhooks.verify(signed, [VECTOR.secret], VECTOR.at)).toBeNull();
      }),
    );
  });

  it('is of the sender alone by a token, which GitLab before 19.0 sends', async () => {
    const token = VECTOR.secret.reveal();
    const old = { 'webhook-signature': undefined, 'x-gitlab-token': token };
    expect(await verify(old)).toBe('sender');
    expect(await verify({ ...old, 'x-gitlab-token': `${token}A` })).toBeNull();
    expect(await verify({ ...old, 'x-gitlab-token': '' })).toBeNull();
    // a signature that is wrong proves nothing, and takes nothing away
    expect(await verify({ 'x-gitlab-token': token }, VECTOR.at, '{}')).toBe('sender');
    expect(await verify({ 'x-gitlab-token': token })).toBe('body');
  });
});

describe('the id of a delivery of GitLab', () => {
  const id = (headers: Record<string, string>) => gitlabWebhooks.eventId({ headers, rawBody: '' });
  const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(36)) as [string, string, string];

  it('is the signed one, else the one that stays when GitLab repeats it, else the event’s', () => {
    const old = { 'x-gitlab-event-uuid': C };
    expect(id({ ...old, 'idempotency-key': B, 'webhook-id': A })).toBe(A);
    expect(id({ ...old, 'idempotency-key': B })).toBe(B);
    expect(id(old)).toBe(C);
    expect(id({})).toBeNull();
    expect(id({ 'idempotency-key': 'no id' })).toBeNull();
    // what is not signed does not stand in for what is
    expect(id({ 'webhook-id': 'no id', 'idempotency-key': B })).toBeNull();
  });
});

describe('a delivery of GitLab, in our words', () => {
  it.each(FIXTURES)('%s is an event', (name) => {
    expect(HostEvent.parse(parsed(name))).toMatchSnapshot();
  });

  it.each(FIXTURES)('%s says what it is about before it is verified', (name) => {
    const { event, body } = fixture(name);
    const named = (headers: Record<string, string>) =>
      gitlabWebhooks.claimedRepository(request(event, body, headers));
    expect(named({ 'x-gitlab-token': 'x' })).toMatchObject({
      full_name: (body.project as { path_with_namespace: string }).path_with_namespace,
    });
    expect(named({ 'webhook-signature': 'v1,x' })).not.toBeNull();
    expect(named({})).toBeNull();
  });

  it('takes the commit of an annotated tag, not the tag', () => {
    expect(parsed('tag-push-annotated')).toMatchObject({
      ref: 'refs/tags/v1.0.0',
      commit_sha: 'da1560886d4f094c3e6c9ef40349f7d38b5d27d7',
    });
  });

  it('calls a merge request without commits nothing to build', () => {
    const { event, body } = fixture('merge-request');
    const attributes = { ...(body.object_attributes as object), last_commit: null };
    expect(gitlabWebhooks.parse(request(event, { ...body, object_attributes: attributes }))).toMatchObject({
      kind: 'other',
      repository: 'awesome_space/awesome_project',
      why: 'the merge request !1 has no commit',
    });
  });

  it.each(['approved', 'unapproved', 'approval', 'unapproval', undefined, 'what comes next'])(
    'takes the action %j of a merge request for another one',
    (action) => {
      const { event, body } = fixture('merge-request');
      const attributes = { ...(body.object_attributes as object), action };
      expect(gitlabWebhooks.parse(request(event, { ...body, object_attributes: attributes }))).toMatchObject({
        kind: 'pull_request',
        action: 'other',
      });
    },
  );

  it('makes text well-formed, and cuts it', () => {
    const { event, body } = fixture('push');
    const commits = [{ id: body.checkout_sha, message: `x\ud800${'y'.repeat(5000)}` }];
    const push = gitlabWebhooks.parse(request(event, { ...body, commits }));
    expect(push).toMatchObject({ message: `x\ufffd${'y'.repeat(3998)}` });
  });

  it.each([
    ['push', { after: undefined, project: { id: 1 } }, ['project.path_with_namespace', 'after']],
    ['push', { ref: 5, before: 'HEAD' }, ['ref', 'before']],
    ['push', { ref: 'refs/heads/\ud800' }, ['ref']],
    [
      'merge-request',
      { object_attributes: { iid: 0 } },
      ['object_attributes.iid', 'object_attributes.source_branch'],
    ],
  ])('of a %s names what is missing or wrong', (name, more, paths) => {
    const { event, body } = fixture(name);
    const problems = problemsOf(() => gitlabWebhooks.parse(request(event, { ...body, ...more })));
    expect(problems).toEqual(expect.arrayContaining(paths));
  });

  it('names the header that says which event it is, and the body that is no JSON', () => {
    expect(problemsOf(() => gitlabWebhooks.parse(request(null, {})))).toEqual(['x-gitlab-event']);
    expect(problemsOf(() => gitlabWebhooks.parse(request('Push Hook', '{"half')))).toEqual(['']);
  });

  it('lets every event of a name that it does not know pass', () => {
    expect(gitlabWebhooks.parse(request('constructor', []))).toMatchObject({
      kind: 'other',
      repository: null,
    });
    expect(gitlabWebhooks.parse(request('x'.repeat(1000), {}))).toMatchObject({ name: 'x'.repeat(64) });
  });
});

function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}
