import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { githubWebhooks } from '#adapters/git-hosts/github/webhooks.ts';
import { Secret } from '#core/secret.ts';
import { sha } from '#test/support/memory/examples.ts';
import { PUSH, refusal, request } from './push-request.ts';

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
