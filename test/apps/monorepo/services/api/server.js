const { createServer } = require('node:http');

createServer((request, response) => response.end('Hello from the API of a monorepo\n')).listen(process.env.PORT || 8080);
