import { type Delivery, repositoryIn } from '#core/delivery.ts';
import { keptBody } from '#core/delivery-body.ts';
import { UserError } from '#core/errors.ts';
import { deliveryId, repositoryId } from '#core/ids.ts';
import { TOPICS } from '#core/messages.ts';
import type { Bus, HostRequest, HostWebhooks, Store } from '#core/ports.ts';
import type { Repository } from '#core/repository.ts';
import { signerOf, type VerifyDeps } from './verify-delivery.ts';

/** What GitHub itself caps a payload at; the other hosts stay below. */
export const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;

export interface ReceiveDeps extends VerifyDeps {
  readonly store: Pick<Store, 'deliveries' | 'repositories'>;
  readonly bus: Bus;
}

/**
 * Takes a delivery in: signature, shape, one `create()`, one message. No host is asked and no transaction
 * runs; one document is read where the installation's secrets did not sign. A redelivery lands on the same document and wakes `intake` again, which finds it decided.
 * @returns the delivery's id.
 */
export async function receiveDelivery(
  deps: ReceiveDeps,
  host: HostWebhooks,
  request: HostRequest,
): Promise<string> {
  // Before anything is waited for: of many pushes within a second, this is what puts them in order (`pushedAt`).
  const receivedAt = deps.now();
  const signer = await signerOf(deps, host, request);
  if (signer === null) throw unsigned();
  const event = host.parse(request);
  const named = repositoryIn(event);
  if (signer.repository !== null && named !== null && !isAbout(named, signer.repository)) throw unsigned();
  // What only names its sender may come again with another body: its id is also that of what it says. The host's id
  // is part of it, since a host that names no time says the same of A→B→A→B's first and last push.
  const eventId = host.eventId(request);
  const content = [eventId ?? '', request.rawBody];
  const signed = signer.trust === 'body' && eventId !== null;
  const about = signer.repository?.id ?? (named && repositoryId(host.platform, named.full_name));
  const id = deliveryId(host.platform, signed ? { id: eventId, about } : { content });
  const delivery: Delivery = {
    version: 1,
    id,
    platform: host.platform,
    event,
    trust: signer.trust,
    headers: keptHeaders(host, request),
    replay_of: null,
    received_at: receivedAt,
    verdict: 'received',
    reason: null,
    build_ids: [],
    // Whose secret signed it, it concerns: its team sees it before it is decided.
    team: signer.repository?.team ?? null,
    repository_id: signer.repository?.id ?? null,
    decided_at: null,
  };
  await deps.store.deliveries.create(
    delivery,
    keptBody(host.payload(request), Buffer.byteLength(request.rawBody)),
  );
  await deps.bus.publish(TOPICS.deliveries, { version: 1, delivery_id: id });
  return id;
}

/** What every sender has, beside its host's own. */
const COMMON_HEADERS = ['content-type', 'user-agent'];
const MAX_HEADER_CHARS = 500;

function keptHeaders(host: HostWebhooks, { headers }: HostRequest): Record<string, string> {
  const kept = [...COMMON_HEADERS, ...host.keptHeaders].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value.slice(0, MAX_HEADER_CHARS)]];
  });
  return Object.fromEntries(kept);
}

/** Whether a host speaks of a repository: by its name, or by the id that it keeps when it is renamed. */
function isAbout(named: { full_name: string; host_id: string | null }, repository: Repository): boolean {
  if (repositoryId(repository.platform, named.full_name) === repository.id) return true;
  return named.host_id !== null && named.host_id === repository.host_id;
}

function unsigned(): UserError {
  return new UserError(
    'invalid_signature',
    'the signature is missing or does not match the body and a webhook secret of the repository',
  );
}
