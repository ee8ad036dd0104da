import { createServer } from 'node:http';
import ms from 'ms';

const port = Number(process.env.PORT ?? 8080);

createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(`Hello from Node (__BUILT__), up for ${ms(Math.round(process.uptime() * 1000))}\n`);
}).listen(port, () => console.log(`listening on ${port}`));
