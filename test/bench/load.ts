import autocannon from 'autocannon';

/** How long each answer took (ms), and how many came in a second. */
export interface Load {
  readonly latencies: readonly number[];
  readonly perSecond: number;
}

export interface HttpRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * POSTs `amount` requests over `connections` connections: each sends its next one when it has its answer.
 * @param make makes each request. Throws where an answer is not 202, or does not come.
 */
export async function load(
  url: string,
  { amount, connections }: { readonly amount: number; readonly connections: number },
  make: () => HttpRequest,
): Promise<Load> {
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const start = performance.now();
  let last = start;
  const ended = Promise.withResolvers<number>();
  const run = autocannon(
    {
      url,
      connections,
      amount,
      method: 'POST',
      requests: [{ setupRequest: (request) => ({ ...request, ...make() }) }],
    },
    (error, result) => (error ? ended.reject(error) : ended.resolve(result.errors)),
  );
  run.on('response', (_client, status, _bytes, took) => {
    latencies.push(took);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    last = performance.now();
  });
  const errors = await ended.promise;
  if (errors > 0 || statuses.get(202) !== amount) {
    const answers = JSON.stringify(Object.fromEntries(statuses));
    throw new Error(`${url}: ${errors} of ${amount} requests failed; the answers were ${answers}`);
  }
  return { latencies, perSecond: (amount / (last - start)) * 1000 };
}
