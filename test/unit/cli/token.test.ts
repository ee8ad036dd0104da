import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { runCli } from '#test/support/cli/in-process.ts';
import {
  cutInTheMiddle,
  json,
  problem,
  type Script,
  scriptedServer,
} from '#test/support/cli/scripted-server.ts';

const TOKEN = 'bft_this-is-the-secret-of-somebody';
const around = (url: string) => ({ env: { BITFLOW_URL: url, BITFLOW_TOKEN: TOKEN } });
const soon = { 'retry-after': '0' };

describe('a token is not told', () => {
  it.each([
    ['the service does not know it', problem(401, 'unauthenticated', 'no good token')],
    ['the service fails', problem(500, 'internal', 'a fault')],
    ['the service is away', problem(503, 'unavailable', 'away', soon)],
    ['an answer is cut', cutInTheMiddle, problem(404, 'not_found', 'none')],
    ['an answer is strange', json({ hello: 'world' })],
    ['an answer is no JSON', (response) => response.end(`{"token": "${TOKEN}"`)],
    [
      'an answer sends elsewhere',
      (response) => response.writeHead(307, { location: 'http://evil.example' }).end(),
    ],
  ] satisfies [string, ...Script[]][])(
    'where %s, not with --verbose either',
    async (...[, ...script]: [string, ...Script[]]) => {
      for (const more of [[], ['--verbose'], ['--verbose', '--json']]) {
        const { url } = await scriptedServer(...script);
        const { code, stdout, stderr } = await runCli(['whoami', ...more], around(url));
        expect(code).not.toBe(0);
        expect(stdout + stderr).not.toContain('this-is-the-secret');
      }
    },
  );

  it('by config', async () => {
    for (const more of [[], ['--json'], ['--verbose']]) {
      const { stdout, stderr } = await runCli(['config', ...more], around('https://builds.example.com'));
      expect(stdout).toContain('BITFLOW_TOKEN');
      expect(stdout + stderr).not.toContain('this-is-the-secret');
    }
  });

  it('where it is none', async () => {
    const said = await runCli(['whoami', '--verbose'], {
      env: { BITFLOW_URL: 'https://builds.example.com', BITFLOW_TOKEN: 'two words of a secret\r\nX-Evil: 1' },
    });
    expect(said).toMatchObject({ code: 2, stdout: '' });
    expect(said.stderr).not.toMatch(/secret|Evil/);
  });
});

it('goes to no other server, wherever the service sends', async () => {
  const evil = await scriptedServer(json({}));
  const { url } = await scriptedServer((response) =>
    response.writeHead(302, { location: `${evil.url}/v1/me` }).end(),
  );
  const { code, stderr } = await runCli(['whoami'], around(url));
  expect(code).toBe(5);
  expect(stderr).toContain('does not speak as this version of bitflow does');
  expect(evil.seen).toEqual([]);
});

it('stands in no address, whatever the service is called', async () => {
  const { seen, url } = await scriptedServer(problem(404, 'not_found', 'none'));
  await runCli(['builds', 'list', '--repo', EXAMPLE.repository], around(url));
  expect(seen.map(({ path }) => path).join()).not.toContain('secret');
});
