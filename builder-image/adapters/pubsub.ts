import { z } from 'zod';
import { accessToken } from './identity.ts';

export interface PubSubSettings {
  readonly projectId: string;
  readonly metadataHost: string;
  /** The emulator's `host:port`, which asks for no token; Google's own without it. */
  readonly emulatorHost: string | undefined;
}

const TRY_MS = 10_000;
/** A token is not used up to its last moment. */
const SPARE_MS = 60_000;

const Published = z.object({ messageIds: z.array(z.string()).length(1) });

/**
 * Publishes over Pub/Sub's REST API, with the token of the step's account. Its client library would take three
 * times as long to load as all else that a build needs (docs/performance.md).
 * Source: cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish
 */
export class PubSubPublisher {
  readonly #settings: PubSubSettings;
  #token: { readonly header: string; readonly until: number } | null = null;

  constructor(settings: PubSubSettings) {
    this.#settings = settings;
  }

  /** Resolves when Pub/Sub has the message; throws for any other answer, and for none in 10 s. */
  async publish(topic: string, data: Buffer, attributes: Readonly<Record<string, string>>): Promise<void> {
    const { projectId, emulatorHost } = this.#settings;
    const base = emulatorHost === undefined ? 'https://pubsub.googleapis.com' : `http://${emulatorHost}`;
    const signal = AbortSignal.timeout(TRY_MS);
    const authorization = emulatorHost === undefined ? await this.#authorization(signal) : null;
    const answer = await fetch(`${base}/v1/projects/${projectId}/topics/${topic}:publish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify({ messages: [{ data: data.toString('base64'), attributes }] }),
      redirect: 'error',
      signal,
    });
    if (answer.status === 401) this.#token = null;
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`Pub/Sub answered ${answer.status} for ${topic}`);
    }
    Published.parse(await answer.json());
  }

  async #authorization(signal: AbortSignal): Promise<string> {
    if (this.#token !== null && this.#token.until > Date.now()) return this.#token.header;
    const { token, expiresInS } = await accessToken(this.#settings.metadataHost, signal);
    const until = Date.now() + expiresInS * 1000 - SPARE_MS;
    this.#token = { header: `Bearer ${token.reveal()}`, until };
    return this.#token.header;
  }
}
