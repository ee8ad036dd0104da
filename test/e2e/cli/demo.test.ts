import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { BuildView } from '#core/api/builds.ts';
import { inPipe } from '#test/support/cli/installed.ts';

test('demo shows the way of a push to an image that answers; with --json, the build alone is on stdout', async () => {
  const { HOME = homedir(), XDG_CACHE_HOME = '' } = process.env;
  const said = await inPipe(['demo', '--app', 'static', '--json'], { env: { HOME, XDG_CACHE_HOME } });
  expect(said.code, said.stderr).toBe(0);
  const build: unknown = JSON.parse(said.stdout);
  expect(BuildView.parse(build)).toEqual(build);
  expect(build).toMatchObject({ status: 'succeeded' });
  expect(said.stderr).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/ → 200/);
});
