import { EXAMPLE } from '#core/api/examples.ts';
import type { ApiDeps } from '#handlers/api/context.ts';
import { type Given, runCli } from '#test/support/cli/in-process.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld, type CallerName, type World } from '#test/unit/access/world.ts';

/** The command against a service of its own, as somebody of the team. */
export async function aCommand(fields: Partial<ApiDeps> = {}) {
  const world = await aWorld(fields);
  const url = await serveApi(world.api);
  const as = (caller: CallerName, argv: readonly string[], given: Given = {}) =>
    runCli(argv, { ...given, env: { BITFLOW_URL: url, BITFLOW_TOKEN: world.secretOf(caller) } });
  return { world, as, run: (argv: readonly string[], given?: Given) => as('admin', argv, given) };
}

export const changes = ({ state }: World) =>
  JSON.stringify([...state.repositories.values(), ...state.tokens.values()]);
export const REPO = ['-R', EXAMPLE.repository];
