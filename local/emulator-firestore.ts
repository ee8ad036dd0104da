import { Firestore } from '@google-cloud/firestore';

/** A client of the emulator at `host:port` that the rules do not concern, as they do not concern the functions. */
export const emulatorFirestore = (projectId: string, address: string): Firestore =>
  new Firestore({
    projectId,
    host: address,
    ssl: false,
    customHeaders: { Authorization: 'Bearer owner' },
  });
