import { createServer } from 'node:http';
import { answer } from './app.js';

const port = Number(process.env.PORT ?? 8080);
const server = createServer(answer).listen(port, () => console.log(`listening on ${port}`));

// A container is asked to stop by SIGTERM: requests that are under way are answered first.
process.on('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});
