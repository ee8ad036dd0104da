import { describe, expect, it } from 'vitest';
import { TransientError } from '#core/errors.ts';
import { connectionId, webhookSecret } from '#core/ids.ts';
import type { HostRequest, HostWebhooks } from '#core/ports.ts';
import { Secret } from '#core/secret.ts';
import { rotated } from '#core/webhook-secrets.ts';
import { aDelivery, aRepository, T0 } from '#test/support/memory/examples.ts';
import { memoryWebhooks } from '#test/support/memory/git-host.ts';
import { receiveDelivery } from '#use-cases/receive-delivery.ts';
import { aService, published, WEBHOOK_KEY } from './harness.ts';

const rawBody = JSON.stringify(aDelivery('x').event);
const signed = (headers: Record<string, string> = {}, body = rawBody) => ({
  headers: { 'x-signature': 'good', 'x-event': 'e-1', ...headers },
  rawBody: body,
});

describe('receiveDelivery', () => {
  const setUp = () => {
    const service = aService();
    const deps = { ...service.deps, secrets: [new Secret('s')] };
    return {
      service,
      receive: (request: HostRequest = signed()) => receiveDelivery(deps, memoryWebhooks(), request),
    };
  };

  it('keeps the delivery and wakes intake', async () => {
    const { service, receive } = setUp();
    const id = await receive();
    const headers = { 'x-event': 'e-1' };
    expect(await service.store.deliveries.get(id)).toEqual(
      aDelivery(id, {}, { received_at: service.clock.now, headers }),
    );
    expect(published(service, 'deliveries')).toEqual([{ version: 1, delivery_id: id }]);
  });

  it('keeps the body, and of the headers those that prove nothing', async () => {
    const { service, receive } = setUp();
    const sent = { 'content-type': 'application/json', 'user-agent': 'x'.repeat(501), cookie: 's3cr3t' };
    const body = JSON.stringify({ ...JSON.parse(rawBody), password: 's3cr3t' });
    const id = await receive(signed(sent, body));
    expect((await service.store.deliveries.get(id))?.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'x'.repeat(500),
      'x-event': 'e-1',
    });
    const kept = await service.store.deliveries.body(id);
    expect(JSON.parse(kept?.text ?? '')).toEqual({ ...JSON.parse(rawBody), password: '[removed]' });
    expect(kept?.size_bytes).toBe(Buffer.byteLength(body));
  });

  it('refuses a bad signature before it parses or keeps anything', async () => {
    const { service, receive } = setUp();
    await expect(receive(signed({ 'x-signature': 'bad' }, 'not json'))).rejects.toMatchObject({
      code: 'invalid_signature',
    });
    expect(await service.store.deliveries.undecided(T0 * 2, 9)).toEqual([]);
    expect(service.bus.published).toEqual([]);
  });

  it('lands a redelivery on the same document, and wakes intake again', async () => {
    const { service, receive } = setUp();
    const first = await receive();
    await service.store.deliveries.decide(
      first,
      { verdict: 'accepted', reason: null, build_ids: ['b-1'], team: 'acme', repository_id: 'r-1' },
      T0,
    );
    expect(await receive()).toBe(first);
    expect((await service.store.deliveries.get(first))?.verdict).toBe('accepted');
    expect(published(service, 'deliveries')).toHaveLength(2);
  });

  it('takes what the host said for an id where it sends none', async () => {
    const { receive } = setUp();
    const request = (commit: string) => ({
      headers: { 'x-signature': 'good' },
      rawBody: JSON.stringify({ ...aDelivery('x').event, commit_sha: commit }),
    });
    const first = await receive(request('a'.repeat(40)));
    expect(await receive(request('a'.repeat(40)))).toBe(first);
    expect(await receive(request('b'.repeat(40)))).not.toBe(first);
  });

  it('keeps apart what only a sender vouches for by the host’s id and by what it says', async () => {
    const service = aService();
    const host: HostWebhooks = { ...memoryWebhooks(), verify: async () => 'sender' };
    const receive = (event: string, commit: string) =>
      receiveDelivery({ ...service.deps, secrets: [] }, host, {
        headers: { 'x-event': event },
        rawBody: JSON.stringify({ ...aDelivery('x').event, commit_sha: commit }),
      });
    const [a, b] = ['a'.repeat(40), 'b'.repeat(40)] as const;
    const first = await receive('e-1', a);
    expect(await receive('e-1', a)).toBe(first);
    // another body under an id that anybody could have repeated; and the same push again, later
    const others = [await receive('e-1', b), await receive('e-2', a)];
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('fails where the bus is away, with the delivery kept: a redelivery or the sweep wakes intake', async () => {
    const { service, receive } = setUp();
    service.bus.faults.plan('publish', 'before', new TransientError('the bus is away'));
    await expect(receive()).rejects.toThrow(TransientError);
    expect(await service.store.deliveries.undecided(T0 * 2, 9)).toHaveLength(1);
    await receive();
    expect(published(service, 'deliveries')).toHaveLength(1);
  });
});

describe('receiveDelivery, signed by a repository of its own', () => {
  /** A host that takes a request where one of the secrets is its header `x-secret`. */
  const host: HostWebhooks = {
    ...memoryWebhooks(),
    verify: async (request, secrets) =>
      secrets.some((secret) => secret.reveal() === request.headers['x-secret']) ? 'body' : null,
  };
  const repository = aRepository();
  const secretOf = (generation: number, connection_id = repository.connection_id) =>
    webhookSecret(WEBHOOK_KEY, { ...repository, connection_id }, generation);
  const setUp = async () => {
    const service = aService();
    const reads: string[] = [];
    const { repositories } = service.store;
    await repositories.create(repository);
    const get = (id: string) => {
      reads.push(id);
      return repositories.get(id);
    };
    const store = { ...service.store, repositories: { ...repositories, get } };
    const deps = { ...service.deps, store, secrets: [new Secret('installation')] };
    const receive = (secret: string, claim: string | null = 'acme/shop', about = 'acme/shop') =>
      receiveDelivery(deps, host, {
        headers: { 'x-secret': secret, 'x-event': 'e-1', ...(claim === null ? {} : { 'x-claim': claim }) },
        rawBody: JSON.stringify({ ...aDelivery('x').event, repository: about }),
      });
    return { service, deps, repositories, receive, reads };
  };
  const refused = { name: 'UserError', code: 'invalid_signature' };

  it('takes its secret, after one read, whatever the case of its name', async () => {
    const { receive, reads } = await setUp();
    await receive(secretOf(1), 'Acme/Shop', 'ACME/shop');
    expect(reads).toEqual([repository.id]);
  });

  it('is its team’s from the start', async () => {
    const { service, receive } = await setUp();
    const known = await service.store.deliveries.get(await receive(secretOf(1)));
    expect(known).toMatchObject({ team: 'acme', repository_id: repository.id, verdict: 'received' });
  });

  it('reads nothing where the installation signed', async () => {
    const { receive, reads } = await setUp();
    await receive('installation', 'acme/shop', 'other/site');
    expect(reads).toEqual([]);
  });

  it('takes the old and the new secret during the overlap, and then the new one only', async () => {
    const { service, repositories, receive } = await setUp();
    const end = service.clock.now + 60_000;
    await repositories.change(repository, (known) => ({
      ...known,
      webhook_secrets: rotated(known.webhook_secrets, service.clock.now, 60),
    }));
    service.clock.now = end - 1;
    await receive(secretOf(1));
    await receive(secretOf(2));
    service.clock.now = end;
    await expect(receive(secretOf(1))).rejects.toMatchObject(refused);
    await receive(secretOf(2));
    await expect(receive(secretOf(3))).rejects.toMatchObject(refused);
  });

  it('refuses what it signs about another repository', async () => {
    const { repositories, receive } = await setUp();
    await repositories.create(aRepository({ full_name: 'other/site', team: 'other' }));
    await expect(receive(secretOf(1), 'acme/shop', 'other/site')).rejects.toMatchObject(refused);
    await expect(receive(secretOf(1), 'other/site', 'acme/shop')).rejects.toMatchObject(refused);
  });

  it('keeps apart what two repositories sign under one id of the host: nobody takes that of another’s in advance', async () => {
    const { service, repositories, receive } = await setUp();
    const other = aRepository({ full_name: 'other/site', team: 'other' });
    await repositories.create(other);
    const first = await receive(secretOf(1, other.connection_id), 'other/site', 'other/site');
    const ours = await receive(secretOf(1));
    expect(await service.store.deliveries.get(ours)).toMatchObject({ team: 'acme' });
    expect(ours).not.toBe(first);
    // the installation's webhook may tell of the same event as the repository's own
    expect(await receive('installation', 'acme/shop', 'Acme/Shop')).toBe(ours);
  });

  it('takes it under another name where the host’s id of the repository is the same, and only then', async () => {
    const { service, deps, repositories } = await setUp();
    const named = aRepository({ full_name: 'acme/known', host_id: '7' });
    await repositories.create(named);
    const known: HostWebhooks = {
      ...host,
      claimedRepository: () => ({ full_name: 'acme/renamed', host_id: '7' }),
    };
    const send = (host_id: string, connection: string) =>
      receiveDelivery(deps, known, {
        headers: { 'x-secret': secretOf(1, connection) },
        rawBody: JSON.stringify({ ...aDelivery('x').event, repository: 'acme/renamed', host_id }),
      });
    const id = await send('7', named.connection_id);
    expect(await service.store.deliveries.get(id)).toMatchObject({ repository_id: named.id });
    await expect(send('8', named.connection_id)).rejects.toMatchObject(refused);
    await expect(send('7', repository.connection_id)).rejects.toMatchObject(refused);
  });

  it('refuses the secret of an earlier connection, of none, and a name that is none', async () => {
    const { repositories, receive, reads } = await setUp();
    await repositories.disconnect(repository, T0);
    await expect(receive(secretOf(1))).rejects.toMatchObject(refused);
    await expect(receive(secretOf(0, repository.id))).rejects.toMatchObject(refused);
    await repositories.create({ ...repository, connection_id: connectionId('again'), team: 'other' });
    await expect(receive(secretOf(1))).rejects.toMatchObject(refused);
    await receive(secretOf(1, connectionId('again')));
    const before = reads.length;
    for (const claim of [null, '', '../..', `${'x'.repeat(300)}/y`])
      await expect(receive(secretOf(1), claim)).rejects.toMatchObject(refused);
    expect(reads).toHaveLength(before);
  });
});
