import { setTimeout as sleep } from 'node:timers/promises';

/** How a host answers when it is not well. `silent` takes the request and never answers; `hang_up` cuts the connection. */
export type Misbehaviour =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'hang_up' };

interface Order {
  readonly how: Misbehaviour;
  readonly only: (method: string, path: string) => boolean;
  left: number;
}

/** What a stand-in was told to do wrong. */
export class Manners {
  #order: Order | null = null;

  /** @param times how many requests are answered so; then it is well again. @param only which requests. */
  misbehave(how: Misbehaviour, times = Number.POSITIVE_INFINITY, only: Order['only'] = () => true): void {
    this.#order = { how, left: times, only };
  }

  behave(): void {
    this.#order = null;
  }

  /** What becomes of a request: an answer instead of the real one, `hang_up`, `silent`, or null: the real one. */
  async meet(method: string, path: string): Promise<Response | 'hang_up' | 'silent' | null> {
    const order = this.#order;
    if (order === null || order.left <= 0 || !order.only(method, path)) return null;
    order.left -= 1;
    switch (order.how.kind) {
      case 'status':
        return Response.json(
          { message: `told to answer ${order.how.status}` },
          { status: order.how.status, headers: { ...order.how.headers } },
        );
      case 'slow':
        await sleep(order.how.ms);
        return null;
      default:
        return order.how.kind;
    }
  }
}
