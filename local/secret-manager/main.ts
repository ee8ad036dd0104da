import { readOptions, untilStopped } from '../grpc.ts';
import { secretManagerFileSchema, startSecretManager } from './server.ts';

const stopped = untilStopped();
const options = await readOptions(
  secretManagerFileSchema,
  'SECRET_MANAGER_OPTIONS',
  process.argv,
  process.env,
);
const server = await startSecretManager(options);
console.log(JSON.stringify({ secretManager: server.address }));

await stopped;
await server.close();
process.exit(0); // stdin, which told us about the parent, would keep the process
