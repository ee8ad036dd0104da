import { setTimeout as delay } from 'node:timers/promises';
import type { CloudBuildOptions } from './options.ts';
import { type BuildRecord, toJson } from './record.ts';

const firstPauseMs = 100;
const longestPauseMs = 5000;

/** Publishes every change of a build, in order for each build, again and again until the topic has it. */
export class Publisher {
  readonly #publish: CloudBuildOptions['publish'];
  readonly #onError: (error: unknown) => void;
  readonly #last = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(publish: CloudBuildOptions['publish'], onError: (error: unknown) => void) {
    this.#publish = publish;
    this.#onError = onError;
  }

  /** Returns at once; the body is the build as it is now. */
  changed(build: BuildRecord): void {
    const message = {
      projectId: build.projectId,
      data: Buffer.from(JSON.stringify(toJson(build))),
      // cloud.google.com/build/docs/subscribe-build-notifications: attributes buildId and status.
      attributes: { buildId: build.id, status: build.status },
    };
    const sent = (this.#last.get(build.id) ?? Promise.resolve()).then(() => this.#send(message));
    this.#last.set(build.id, sent);
    void sent.then(() => {
      if (this.#last.get(build.id) === sent) this.#last.delete(build.id);
    });
  }

  async #send(message: Parameters<CloudBuildOptions['publish']>[0]): Promise<void> {
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        return await this.#publish(message);
      } catch (error) {
        const { buildId, status } = message.attributes;
        this.#onError(new Error(`cannot publish ${status} of build ${buildId}`, { cause: error }));
        if (this.#closing.signal.aborted) return; // told above; nobody is left to listen
      }
      // An abort ends the pause early, for one last attempt.
      await delay(pause, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  /** Gives what is unsent one more attempt and returns when it is sent or given up, after 5 s at the latest. */
  async close(): Promise<void> {
    this.#closing.abort();
    const giveUp = new AbortController();
    const late = delay(longestPauseMs, true, { signal: giveUp.signal }).catch(() => false);
    const isLate = await Promise.race([Promise.all(this.#last.values()).then(() => false), late]);
    giveUp.abort();
    if (isLate) this.#onError(new Error(`gave up publishing for ${this.#last.size} builds`));
  }
}
