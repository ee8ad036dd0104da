import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { BuildView, LogView } from '#core/api/builds.ts';
import { DeadLetterList, DeadLetterView } from '#core/api/dead-letters.ts';
import { DeliveryView } from '#core/api/deliveries.ts';
import { isTerminal } from '#core/build.ts';
import { StackInfo } from './stack-info.ts';

export type ApiBuild = z.infer<typeof BuildView>;
export type ApiDelivery = z.infer<typeof DeliveryView>;
export type ApiDeadLetter = z.infer<typeof DeadLetterView>;
type LogLine = z.infer<typeof LogView>['lines'][number];

/** An answer as it came: for whoever wants to see the status. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What is needed to speak to a stack. */
export const StackPlace = StackInfo.pick({
  api: true,
  webhooks: true,
  token: true,
  githubWebhookSecret: true,
});
export type StackPlace = z.infer<typeof StackPlace>;

/** A stack over HTTP, as a user's program would speak to it. Used by the demo and the end-to-end tests. */
export class StackClient {
  readonly #info: StackPlace;

  constructor(info: StackPlace) {
    this.#info = info;
  }

  /** One request to the API; never throws for a status. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.#info.token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.#info.api}${path}`, { method, headers, ...sent });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  async #get<T>(schema: z.ZodType<T>, path: string): Promise<T> {
    const answer = await this.request('GET', path);
    if (answer.status !== 200)
      throw new Error(`GET ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return schema.parse(answer.body);
  }

  async connect(fullName: string, cloneUrl: string, more: object = {}): Promise<{ id: string }> {
    const body = { platform: 'github', full_name: fullName, clone_url: cloneUrl, ...more };
    const answer = await this.request('POST', '/v1/repositories', body);
    if (answer.status !== 201)
      throw new Error(`could not connect ${fullName}: ${JSON.stringify(answer.body)}`);
    return z.object({ id: z.string() }).parse(answer.body);
  }

  build(id: string): Promise<ApiBuild> {
    return this.#get(BuildView, `/v1/builds/${id}`);
  }

  async create(body: object): Promise<ApiBuild> {
    const answer = await this.request('POST', '/v1/builds', body);
    if (answer.status !== 201) throw new Error(`the build was not created: ${JSON.stringify(answer.body)}`);
    return BuildView.parse(answer.body);
  }

  /** The lines of a build's log as they come, until it is complete. */
  async *follow(id: string): AsyncGenerator<LogLine> {
    let cursor = '';
    for (;;) {
      const query = new URLSearchParams({ wait_s: '20', ...(cursor && { cursor }) });
      const page = await this.#get(LogView, `/v1/builds/${id}/logs?${query}`);
      yield* page.lines;
      if (page.complete) return;
      cursor = page.next_cursor;
    }
  }

  /** All dead letters that the caller may see, newest first. */
  async deadLetters(): Promise<ApiDeadLetter[]> {
    const letters: ApiDeadLetter[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `&cursor=${cursor}`;
      const page = await this.#get(DeadLetterList, `/v1/dead-letters?limit=100${query}`);
      letters.push(...page.dead_letters);
      cursor = page.next_cursor;
    }
    return letters;
  }

  /** Sends a dead letter once more. */
  async replay(id: string): Promise<ApiDeadLetter> {
    const answer = await this.request('POST', `/v1/dead-letters/${id}/replay`);
    if (answer.status !== 200) throw new Error(`${id} was not replayed: ${JSON.stringify(answer.body)}`);
    return DeadLetterView.parse(answer.body);
  }

  /** Waits until a build has ended. */
  async ended(id: string, everyMs = 100): Promise<ApiBuild> {
    return poll(
      () => this.build(id),
      (build) => isTerminal(build.status),
      everyMs,
    );
  }

  /** Waits until intake decided on a delivery, or until `withinMs` is over. */
  async decided(id: string, withinMs = Number.POSITIVE_INFINITY): Promise<ApiDelivery> {
    const deadline = Date.now() + withinMs;
    return poll(
      () => this.#get(DeliveryView, `/v1/deliveries/${id}`),
      (delivery) => delivery.verdict !== 'received' || Date.now() > deadline,
      50,
    );
  }

  /** Sends a webhook as GitHub would: JSON, signed with the secret, with an event id of its own. */
  async deliver(
    event: string,
    payload: object | string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const signature = createHmac('sha256', this.#info.githubWebhookSecret).update(body).digest('hex');
    const response = await fetch(`${this.#info.webhooks}/v1/webhooks/github/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/local',
        'x-github-event': event,
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${signature}`,
        ...headers,
      },
      body,
    });
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  /** Sends a push and returns the delivery once it is decided. */
  async push(push: Push): Promise<ApiDelivery> {
    const { status, body } = await this.deliver('push', pushPayload(push));
    if (status !== 202) throw new Error(`the webhook answered ${status}: ${JSON.stringify(body)}`);
    return this.decided(z.object({ delivery_id: z.string() }).parse(body).delivery_id);
  }
}

export interface Push {
  readonly fullName: string;
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
}

const ZERO = '0'.repeat(40);

/** The parts of GitHub's push payload that matter, and some that do not. */
export function pushPayload({ fullName, ref, before, after }: Push): object {
  const [owner = '', name = ''] = fullName.split('/');
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    created: before === null,
    deleted: after === null,
    forced: false,
    // without its id: that is the host's to give
    repository: {
      name,
      full_name: fullName,
      private: false,
      owner: { name: owner, login: owner },
      pushed_at: Math.floor(Date.now() / 1000),
      default_branch: 'main',
    },
    pusher: { name: owner, email: `${owner}@example.com` },
    head_commit: after && { id: after, message: 'a change', added: [], removed: [], modified: [] },
    commits: [],
  };
}

async function poll<T>(ask: () => Promise<T>, done: (value: T) => boolean, everyMs: number): Promise<T> {
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
