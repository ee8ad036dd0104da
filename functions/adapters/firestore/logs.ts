import { FieldPath, type Firestore } from '@google-cloud/firestore';
import { Build } from '#core/build.ts';
import { RETENTION_MS } from '#core/delivery.ts';
import { LogChunk } from '#core/events.ts';
import type { Logs } from '#core/ports.ts';
import { COLLECTIONS, chunkName, chunkPath } from './collections.ts';
import { createDocument, guarded, parseDocument } from './documents.ts';

export function firestoreLogs(firestore: Firestore): Logs {
  const chunksFrom = (buildId: string, attempt: number, from: number) =>
    firestore
      .collection(`${COLLECTIONS.builds}/${buildId}/logs`)
      .where(FieldPath.documentId(), '>=', chunkName(attempt, from))
      .where(FieldPath.documentId(), '<', chunkName(attempt + 1, 0))
      .orderBy(FieldPath.documentId());
  return {
    create: (chunk, at) =>
      createDocument(
        firestore,
        chunkPath(chunk.build_id, chunk.attempt, chunk.chunk),
        chunk,
        at + RETENTION_MS,
      ),
    read: (buildId, attempt, from, limit) =>
      guarded(async () => {
        const found = await chunksFrom(buildId, attempt, from).limit(limit).get();
        return found.docs.map((doc) => LogChunk.parse(doc.data()));
      }),
    wait: (buildId, attempt, from, since, ms) =>
      new Promise((resolve, reject) => {
        const stops: (() => void)[] = [];
        const end = (then: () => void) => {
          clearTimeout(timer);
          for (const stop of stops) stop();
          then();
        };
        const timer = setTimeout(() => end(resolve), ms);
        const failed = (error: Error) => end(() => reject(error));
        stops.push(
          firestore.doc(chunkPath(buildId, attempt, from)).onSnapshot((chunk) => {
            if (chunk.exists) end(resolve);
          }, failed),
          firestore.doc(`${COLLECTIONS.builds}/${buildId}`).onSnapshot((snapshot) => {
            const build = parseDocument(Build, snapshot);
            if (build !== null && build.updated_at > since) end(resolve);
          }, failed),
        );
      }),
  };
}
