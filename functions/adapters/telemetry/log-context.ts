import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';

/** What the lines that are logged while a request is served are about, where it is known. */
export interface Subject {
  readonly build_id?: string | undefined;
  readonly delivery_id?: string | undefined;
  readonly message_id?: string | undefined;
  readonly request_id?: string | undefined;
}

interface RequestContext {
  readonly trace: Trace | null;
  subject: Subject;
}

/** The platform's trace of a request: 32 and 16 hex digits. */
export interface Trace {
  readonly traceId: string;
  readonly spanId: string | null;
  readonly sampled: boolean;
}

const contexts = new AsyncLocalStorage<RequestContext>();

/** Serves a request: whatever is logged by then, however deep, has its trace, and what `about` said. */
export function inRequest<T>(headers: IncomingHttpHeaders, serve: () => T): T {
  return contexts.run({ trace: traceOf(headers), subject: {} }, serve);
}

/** Says what the request is about, from here on; nothing outside of one. */
export function about(subject: Subject): void {
  const context = contexts.getStore();
  if (context) context.subject = { ...context.subject, ...subject };
}

/** What is known of the request that is served; null outside of one. */
export function current(): Readonly<RequestContext> | null {
  return contexts.getStore() ?? null;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
const CLOUD_TRACE = /^([0-9a-f]{32})(?:\/([0-9]{1,20}))?(?:;o=([01]))?$/;

/**
 * The trace that the platform gave a request. W3C's `traceparent` (w3.org/TR/trace-context) goes before Google's older
 * `X-Cloud-Trace-Context` (cloud.google.com/trace/docs/trace-context), whose span is a decimal number.
 */
export function traceOf(headers: IncomingHttpHeaders): Trace | null {
  const parent = TRACEPARENT.exec(String(headers.traceparent ?? ''));
  if (parent?.[1] && parent[2] && parent[3])
    return { traceId: parent[1], spanId: parent[2], sampled: (Number.parseInt(parent[3], 16) & 1) === 1 };
  const cloud = CLOUD_TRACE.exec(String(headers['x-cloud-trace-context'] ?? ''));
  if (!cloud?.[1]) return null;
  const spanId = cloud[2] === undefined ? null : BigInt(cloud[2]).toString(16).padStart(16, '0');
  return { traceId: cloud[1], spanId: spanId?.length === 16 ? spanId : null, sampled: cloud[3] === '1' };
}
