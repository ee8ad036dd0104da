import { expect, it, vi } from 'vitest';
import type { HostEvent } from '#core/delivery.ts';
import { Secret } from '#core/secret.ts';
import type { Started } from './suite.ts';

const SECRET = new Secret(`whsec_${Buffer.alloc(32, 1).toString('base64')}`);
const NEW_SECRET = new Secret(`whsec_${Buffer.alloc(32, 2).toString('base64')}`);

/** A webhook's life at a host, and what comes through it. */
export function itConnects(at: () => Started): void {
  /** What comes for the webhook that is like this; `after`: of what came since. It has to be proved by the secret. */
  async function delivered(secret: Secret, like: Partial<HostEvent>, after = 0): Promise<void> {
    const { listener, webhooks } = at().place;
    const wanted = expect.objectContaining(like);
    const request = await vi.waitFor(() => {
      const found = listener.came.slice(after).find((each) => wanted.asymmetricMatch(webhooks.parse(each)));
      if (found) return found;
      throw new Error(`nothing like ${JSON.stringify(like)} came`);
    }, 10_000);
    const other = secret === SECRET ? NEW_SECRET : SECRET;
    expect(await webhooks.verify(request, [secret], Date.now())).not.toBeNull();
    expect(await webhooks.verify(request, [other], Date.now())).toBeNull();
    expect(await webhooks.verify(request, [other, secret], Date.now())).not.toBeNull();
    expect(webhooks.claimedRepository(request)).toMatchObject({ full_name: 'acme/shop' });
  }

  it('makes a webhook, has it tried, and hears of a push', async () => {
    const { host, local, listener, access } = at().place;
    const wanted = { url: listener.url, secret: SECRET, hook_id: null };
    const made = await host.connect(access(), wanted);
    if (made.kind !== 'made') throw new Error(`it was ${made.kind}`);
    expect(local.state.hooksOf('acme/shop')).toMatchObject([{ url: listener.url }]);
    const before = listener.came.length;
    if (await host.ping(access(), made.hook_id)) await delivered(SECRET, { repository: 'acme/shop' }, before);
    const { first = '', renamed = '' } = at().commits;
    const push = { full_name: 'acme/shop', ref: 'refs/heads/main', before: first, after: renamed };
    await local.pushed(push);
    const { id } = local.state.facts('acme/shop');
    await delivered(SECRET, {
      kind: 'push',
      repository: 'acme/shop',
      host_id: String(id),
      ref: 'refs/heads/main',
      before_sha: first,
      commit_sha: renamed,
    });
    await host.disconnect(access(), made.hook_id);
    expect(local.state.hooksOf('acme/shop')).toEqual([]);
    await host.disconnect(access(), made.hook_id);
  });

  it('repairs the webhook that is there, known by its id or by its address', async () => {
    const { host, local, listener, access } = at().place;
    const made = await host.connect(access(), { url: listener.url, secret: SECRET, hook_id: null });
    if (made.kind !== 'made') throw new Error(`it was ${made.kind}`);
    const { hook_id } = made;
    const again = { kind: 'repaired', hook_id };
    for (const known of [hook_id, null, '999999'])
      expect(await host.connect(access(), { url: listener.url, secret: NEW_SECRET, hook_id: known })).toEqual(
        again,
      );
    expect(local.state.hooksOf('acme/shop')).toHaveLength(1);
    const { first = '' } = at().commits;
    await local.pushed({ full_name: 'acme/shop', ref: 'refs/tags/v1', before: null, after: first });
    await delivered(NEW_SECRET, {
      kind: 'push',
      ref: 'refs/tags/v1',
      before_sha: null,
      commit_sha: first,
    });
    await local.pushed({ full_name: 'acme/shop', ref: 'refs/tags/v1', before: first, after: null });
    await delivered(NEW_SECRET, { kind: 'push', commit_sha: null });
    await host.disconnect(access(), hook_id);
  });

  it('makes another one where the one that it made is gone', async () => {
    const { host, local, listener, access } = at().place;
    const wanted = { url: listener.url, secret: SECRET, hook_id: '424242' };
    const made = await host.connect(access(), wanted);
    expect(made).toMatchObject({ kind: 'made' });
    expect(local.state.hooksOf('acme/shop')).toHaveLength(1);
    if (made.kind === 'made') await host.disconnect(access(), made.hook_id);
    expect(await host.ping(access(), '424242')).toBe(false);
  });

  it('hears of a pull request', async () => {
    const { host, local, listener, access } = at().place;
    const made = await host.connect(access(), { url: listener.url, secret: SECRET, hook_id: null });
    const { side = '' } = at().commits;
    const request = {
      number: 12,
      full_name: 'acme/shop',
      head_sha: side,
      head_branch: 'side',
      head_repository: 'acme/shop',
      base_branch: 'main',
      title: 'From the side',
      labels: ['bug'],
      state: 'open' as const,
      updated_at: Date.parse('2026-01-02T03:04:05Z'),
    };
    local.state.pullRequests.push(request);
    for (const action of ['opened', 'updated', 'labeled', 'closed'] as const) {
      await local.tell({
        id: `e-${action}-0000`,
        kind: 'pull_request',
        full_name: 'acme/shop',
        action,
        request,
      });
      await delivered(SECRET, {
        kind: 'pull_request',
        repository: 'acme/shop',
        number: 12,
        action,
        commit_sha: side,
        head_branch: 'side',
        head_repository: 'acme/shop',
        base_branch: 'main',
      });
    }
    if (made.kind === 'made') await host.disconnect(access(), made.hook_id);
  });

  it('says what is missing where it may not make one', async () => {
    const { host, local, listener, access } = at().place;
    for (const right of ['write', 'read', 'nobody'] as const) {
      const wanted = { url: listener.url, secret: SECRET, hook_id: null };
      const outcome = await host.connect(access(right), wanted);
      expect(outcome).toEqual({ kind: 'manual', why: expect.stringMatching(/\w+ \w+/) });
    }
    expect(local.state.hooksOf('acme/shop')).toEqual([]);
  });
}
