import { expect, test } from 'vitest';
import { BuildView } from '#core/api/builds.ts';
import { inPipe } from '#test/support/cli/installed.ts';

test('demo shows the way of a push to an image that answers; with --json, the build alone is on stdout', async () => {
  // The whole environment: the set-up looks at it, and would make other base images for another one.
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const said = await inPipe(['demo', '--app', 'static', '--json'], { env });
  expect(said.code, said.stderr).toBe(0);
  const build: unknown = JSON.parse(said.stdout);
  expect(BuildView.parse(build)).toEqual(build);
  expect(build).toMatchObject({ status: 'succeeded' });
  expect(said.stderr).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/ → 200/);
});
