import { randomUUID } from 'node:crypto';
import { Firestore } from '@google-cloud/firestore';
import { http } from '@google-cloud/functions-framework';

// What `webhooks` is compared with: the least that a function which keeps something does. Its project and the
// emulator's address are the library's own variables.
const kept = new Firestore().collection('bare');

http('bare', async (_request, response) => {
  const id = randomUUID();
  await kept.doc(id).create({ version: 1, id, received_at: Date.now() });
  response.status(202).json({ id });
});
