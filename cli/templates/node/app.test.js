import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { answer } from './app.js';

const server = createServer(answer);
before(() => once(server.listen(0), 'listening'));
after(() => server.close());

const get = (path) => fetch(`http://127.0.0.1:${server.address().port}${path}`);

test('says hello', async () => {
  const response = await get('/');
  assert.equal(response.status, 200);
  assert.match(await response.text(), /Hello from Node/);
});

test('has nothing else', async () => {
  assert.equal((await get('/other')).status, 404);
});
