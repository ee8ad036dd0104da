import { expect, test } from 'vitest';
import { serviceUrl } from '#cli/kit/service-url.ts';

test.each([
  ['https://builds.example.com', 'https://builds.example.com'],
  ['https://builds.example.com/', 'https://builds.example.com'],
  ['HTTPS://Builds.Example.COM:443', 'https://builds.example.com'],
  ['builds.example.com', 'https://builds.example.com'],
  ['builds.example.com:8443', 'https://builds.example.com:8443'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://EXAMPLE\u3002com', 'https://example.com'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['localhost:8080', 'http://localhost:8080'],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://127.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('%s is %s', (text, url) => {
  expect(serviceUrl(text)).toEqual({ url, problem: '' });
});

test.each([
  ['http://builds.example.com', /must begin with https/],
  ['http://localhost.evil.example', /must begin with https/],
  ['http://127.0.0.1.evil.example', /must begin with https/],
  ['http://10.0.0.1', /must begin with https/],
  ['ftp://builds.example.com', /must begin with https/],
  ['file:///etc/passwd', /must begin with https/],
  ['https://ann:secret@builds.example.com', /no user or password/],
  ['https://builds.example.com@evil.example', /no user or password/],
  ['https://builds.example.com/v1', /a host alone/],
  ['https://builds.example.com/?a=b', /a host alone/],
  ['https://builds.example.com/#a', /a host alone/],
  ['javascript:alert(1)', /not an address/],
  ['https://', /not an address/],
  ['', /not an address/],
  ['https://a b', /not an address/],
])('%s is refused, and it is said why', (text, problem) => {
  expect(serviceUrl(text)).toMatchObject({ url: null, problem: expect.stringMatching(problem) });
});
