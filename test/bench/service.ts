import type { Firestore } from '@google-cloud/firestore';
import { z } from 'zod';
import { Build, isTerminal } from '#core/build.ts';
import { pushPayload, StackClient } from '#local/client.ts';
import type { StackInfo } from '#local/stack-info.ts';
import type { BenchApp } from './apps.ts';
import { type ServiceStages, stagesOf } from './stages.ts';

/** A build through the service: from sending the webhook to seeing the document's `succeeded` (ms). */
export interface ServiceTimes {
  readonly total: number;
  /** The webhook's answer; the work goes on meanwhile. */
  readonly answer: number;
  readonly stages: ServiceStages;
}

const Accepted = z.object({ delivery_id: z.string() });

/**
 * The service as its users meet it. The end is seen by a Firestore listener on the repository's builds, the way
 * a dashboard sees it: no poll adds its pause.
 */
export class Service {
  readonly #client: StackClient;
  readonly #firestore: Firestore;

  constructor(info: StackInfo, firestore: Firestore) {
    this.#client = new StackClient(info);
    this.#firestore = firestore;
  }

  /** Connects a repository, before anything is measured. @returns its id. */
  async connect(app: BenchApp): Promise<string> {
    return (await this.#client.connect(app.fullName, app.remote)).id;
  }

  /** Delivers the push of a commit and waits for its image. Throws where the build does not succeed. */
  async build(
    repositoryId: string,
    push: { fullName: string; before: string | null; after: string },
  ): Promise<ServiceTimes> {
    const ends = new Ends(this.#firestore, repositoryId);
    await ends.listening;
    try {
      const payload = pushPayload({ ...push, ref: 'refs/heads/main' });
      const sentAt = Date.now();
      const { status, body } = await this.#client.deliver('push', payload);
      const answeredAt = Date.now();
      if (status !== 202) throw new Error(`the webhook answered ${status}: ${JSON.stringify(body)}`);
      const deliveryId = Accepted.parse(body).delivery_id;
      const { build, seenAt } = await ends.of(deliveryId);
      if (build.status !== 'succeeded') throw new Error(`the build ended: ${JSON.stringify(build.error)}`);
      const stages = stagesOf(build, { sentAt, seenAt });
      return { total: seenAt - sentAt, answer: answeredAt - sentAt, stages };
    } finally {
      ends.stop();
    }
  }
}

interface End {
  readonly build: Build;
  readonly seenAt: number;
}

/** The ends of a repository's builds as a listener sees them, by the delivery that caused each. */
class Ends {
  readonly listening: Promise<void>;
  readonly stop: () => void;
  readonly #seen = new Map<string, PromiseWithResolvers<End>>();

  constructor(firestore: Firestore, repositoryId: string) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.listening = promise;
    const builds = firestore.collection('builds').where('repository_id', '==', repositoryId);
    this.stop = builds.onSnapshot((snapshot) => {
      const seenAt = Date.now();
      resolve();
      for (const { doc } of snapshot.docChanges()) {
        const build = Build.parse(doc.data());
        if (build.origin.kind !== 'delivery' || !isTerminal(build.status)) continue;
        this.#of(build.origin.delivery_id).resolve({ build, seenAt });
      }
    }, reject);
  }

  of(deliveryId: string): Promise<End> {
    return this.#of(deliveryId).promise;
  }

  #of(deliveryId: string): PromiseWithResolvers<End> {
    const known = this.#seen.get(deliveryId) ?? Promise.withResolvers<End>();
    this.#seen.set(deliveryId, known);
    return known;
  }
}
