import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { giteeWebhooks } from '#adapters/git-hosts/gitee/webhooks.ts';
import { HostEvent } from '#core/delivery.ts';
import { keptBody } from '#core/delivery-body.ts';
import { UserError } from '#core/errors.ts';
import type { HostRequest } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';

const FIXTURES = new URL('../../../fixtures/hosts/gitee/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
const json = (name: string) => JSON.parse(text(name));

const NOW = 1_576_754_827_988;
const SECRET = new Secret('bfw_secret');
const OTHER = new Secret('bfw_other');
const HOUR = 3_600_000;

const request = (headers: HostRequest['headers'], rawBody = text('push.json')): HostRequest => ({
  headers,
  rawBody,
});
/** As help.gitee.com/webhook/how-to-verify-webhook-keys says it. */
const sign = (timestamp: number | string, secret = SECRET): string =>
  createHmac('sha256', secret.reveal()).update(`${timestamp}\n${secret.reveal()}`).digest('base64');
const signed = (at: number | string, token = sign(at)) =>
  request({ 'x-gitee-token': token, 'x-gitee-timestamp': String(at) });
const verify = (given: HostRequest, secrets = [SECRET], now = NOW) =>
  giteeWebhooks.verify(given, secrets, now);

describe('verify', () => {
  it('takes a signature of the time, plain or URL-encoded, and trusts the sender alone', async () => {
    expect(await verify(signed(NOW))).toBe('sender');
    const encoded = encodeURIComponent(sign(NOW));
    expect(encoded).not.toBe(sign(NOW));
    expect(await verify(signed(NOW, encoded))).toBe('sender');
  });

  it('takes what the page’s own Python code makes of `this is secret`', async () => {
    const token = '2D978FIy4DMMTbiN80zQkNH1Eq/kMBt3gL6OnWfGzzY=';
    expect(await verify(signed(NOW, token), [new Secret('this is secret')])).toBe('sender');
  });

  it('takes one up to an hour from now, and no other', async () => {
    for (const off of [-HOUR, HOUR]) expect(await verify(signed(NOW), [SECRET], NOW + off)).toBe('sender');
    for (const off of [-HOUR - 1, HOUR + 1])
      expect(await verify(signed(NOW), [SECRET], NOW + off)).toBeNull();
  });

  it('takes the password', async () => {
    expect(await verify(request({ 'x-gitee-token': SECRET.reveal() }))).toBe('sender');
    expect(await verify(request({ 'x-gitee-token': OTHER.reveal() }))).toBeNull();
    expect(await verify(request({ 'x-gitee-token': `${SECRET.reveal()} ` }))).toBeNull();
  });

  it('tries a list of secrets', async () => {
    expect(await verify(signed(NOW), [OTHER, SECRET])).toBe('sender');
    expect(await verify(signed(NOW), [OTHER])).toBeNull();
    expect(await verify(signed(NOW), [])).toBeNull();
  });

  it.each(['', ' ', 'x', '-1', '1e12', '0x16f', '9'.repeat(40), `${NOW}\n`])(
    'takes no signature of the time %j',
    async (timestamp) => {
      expect(await verify(signed(timestamp))).toBeNull();
    },
  );

  it('takes none without a token, a time or a body', async () => {
    expect(await verify(request({ 'x-gitee-timestamp': String(NOW) }))).toBeNull();
    expect(await verify(request({ 'x-gitee-token': '', 'x-gitee-timestamp': String(NOW) }))).toBeNull();
    expect(await verify(request({ 'x-gitee-token': sign(NOW) }))).toBeNull();
    expect(await verify({ ...signed(NOW), rawBody: '' })).toBeNull();
  });
});

const parse = (body: unknown, headers: HostRequest['headers'] = {}) =>
  giteeWebhooks.parse(request(headers, typeof body === 'string' ? body : JSON.stringify(body)));

describe('parse', () => {
  it('reads a push by the repository’s address, not by the name that people see', () => {
    expect(parse(text('push.json'))).toEqual({
      kind: 'push',
      repository: 'oschina/gitee',
      host_id: '120249025',
      ref: 'refs/heads/change_commitlint_config',
      before_sha: null,
      commit_sha: '1cdcd819599cbb4099289dbbec762452f006cb40',
      pushed_at: null,
      message: 'Update README.md',
    });
  });

  it('reads a tag, and a branch that is gone', () => {
    expect(parse(text('tag-push.json'))).toMatchObject({ kind: 'push', ref: 'refs/tags/v1.2.3' });
    expect(parse(text('push-deleted-branch.json'))).toMatchObject({
      before_sha: '1cdcd819599cbb4099289dbbec762452f006cb40',
      commit_sha: null,
      message: null,
    });
  });

  it('reads a merge request, which names its repository only within', () => {
    expect(parse(text('merge-request.json'))).toEqual({
      kind: 'pull_request',
      repository: 'oschina/gitee',
      host_id: '120249025',
      number: 1,
      action: 'updated',
      commit_sha: '5ccc31cda7aad7ddc59a6bdbb8a8bd61959dc71c',
      head_branch: 'login_should_complete_info',
      head_repository: 'oschina/gitee',
      base_branch: 'master',
      labels: [],
      title: 'Issue with third-party login accounts without passwords',
      changed_at: Date.parse('2018-02-07T15:46:46Z'),
    });
  });

  it('reads a fork’s, its labels, and one that was merged', () => {
    expect(parse(text('merge-request-of-a-fork-labeled.json'))).toMatchObject({
      action: 'labeled',
      labels: ['bitflow-approved'],
      repository: 'oschina/gitee',
      head_repository: 'robot/gitee',
    });
    expect(parse(text('merge-request-merged.json'))).toMatchObject({ action: 'closed' });
    const closed = json('merge-request.json');
    closed.pull_request.state = 'closed';
    expect(parse(closed)).toMatchObject({ action: 'closed' });
  });

  it.each([
    ['open', '', 'opened'],
    ['update', 'source_branch_changed', 'updated'],
    ['update', 'update_label', 'labeled'],
    ['close', '', 'closed'],
    ['merge', '', 'closed'],
    ['approved', '', 'other'],
    ['test', '', 'other'],
  ])('takes the action %s %s as %s', (action, action_desc, wanted) => {
    expect(parse({ ...json('merge-request.json'), action, action_desc })).toMatchObject({ action: wanted });
  });

  it('knows a fork that is gone', () => {
    const event = json('merge-request.json');
    event.pull_request.head.repo = null;
    expect(parse(event)).toMatchObject({ head_repository: null });
  });

  it('knows the try of a webhook by its header', () => {
    const ping = { kind: 'ping', repository: 'oschina/gitee', host_id: '120249025' };
    expect(parse(text('push.json'), { 'x-gitee-ping': 'true' })).toEqual(ping);
    expect(parse('{}', { 'x-gitee-ping': 'true' })).toEqual({ ...ping, repository: null, host_id: null });
    expect(parse(text('push.json'), { 'x-gitee-ping': 'false' })).toMatchObject({ kind: 'push' });
  });

  it('goes by the header where the body names no event', () => {
    const { hook_name: _, ...push } = json('push.json');
    for (const header of ['Push Hook', 'push_hooks'])
      expect(parse(push, { 'x-gitee-event': header })).toMatchObject({ kind: 'push' });
    expect(() => parse(push)).toThrow(UserError);
  });

  it('lets through what it does not act on', () => {
    for (const [file, name] of [
      ['issue.json', 'issue_hooks'],
      ['note.json', 'note_hooks'],
    ] as const)
      expect(parse(text(file))).toMatchObject({ kind: 'other', name, repository: 'oschina/gitee' });
    expect(parse({ hook_name: 'constructor' })).toMatchObject({ kind: 'other', repository: null });
  });

  it('names the fields that are missing', () => {
    const { ref: _, ...push } = json('push.json');
    const refused = () => parse({ ...push, after: 'HEAD' });
    expect(refused).toThrow(/push_hooks is not of the shape that Gitee documents/);
    try {
      refused();
    } catch (error) {
      const paths = error instanceof UserError ? error.problems.map(({ path }) => path) : [];
      expect(paths).toEqual(['ref', 'after']);
    }
    expect(() => parse('not json')).toThrow('the body is not JSON');
  });

  it('makes an event of ours of whatever comes, or names what is wrong', () => {
    const bodies = readdirSync(FIXTURES)
      .filter((name) => name.endsWith('.json'))
      .map(json);
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.jsonValue(), fc.nat(), (body, value, at) => {
        const keys = Object.keys(body);
        const changed = { ...body, [keys[at % keys.length] ?? '']: value };
        try {
          HostEvent.parse(parse(changed));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

describe('what else is read', () => {
  it('finds the repository that is claimed, of what has a token', () => {
    const claimed = { full_name: 'oschina/gitee', host_id: '120249025' };
    for (const name of ['push.json', 'merge-request.json', 'issue.json'])
      expect(giteeWebhooks.claimedRepository(request({ 'x-gitee-token': 'x' }, text(name)))).toEqual(claimed);
    expect(giteeWebhooks.claimedRepository(request({}))).toBeNull();
    expect(giteeWebhooks.claimedRepository(request({ 'x-gitee-token': 'x' }, '{'))).toBeNull();
    expect(giteeWebhooks.claimedRepository(request({ 'x-gitee-token': 'x' }, '{}'))).toBeNull();
  });

  it('has no id of an event', () => {
    expect(giteeWebhooks.eventId(signed(NOW))).toBeNull();
  });

  it('keeps nothing that proves the sender', () => {
    expect(giteeWebhooks.keptHeaders).not.toContain('x-gitee-token');
    const { text: kept } = keptBody(json('push.json'), 1);
    expect(kept).not.toContain('rLEHLuZRIQHuTPeXMib9Czoq9dVXO4TsQcmQQHtjXHA=');
    expect(kept).not.toContain('"pwd"');
  });
});
