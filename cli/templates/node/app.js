/** Answers a request. Takes Node's own request and response, so that a test needs no framework either. */
export function answer(request, response) {
  if (new URL(request.url, 'http://app').pathname !== '/') {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('Hello from Node\n');
}
