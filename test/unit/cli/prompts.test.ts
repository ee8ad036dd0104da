import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { inTerminal } from '#test/support/cli/installed.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld } from '#test/unit/access/world.ts';

const VALUE = 'npm_zW8qRt5yB1nM4kLp';
const CTRL_C = '\x03';
const CTRL_D = '\x04';

/** The command in a real terminal, against a service of its own, as an admin of the team. */
async function aTerminal(argv: readonly string[]) {
  const world = await aWorld();
  const env = { BITFLOW_URL: await serveApi(world.api), BITFLOW_TOKEN: world.secretOf('admin') };
  const repository = () =>
    [...world.state.repositories.values()].find((one) => one.full_name === EXAMPLE.repository);
  return { repository, world, terminal: await inTerminal(argv, { env, columns: 120 }) };
}

describe('a question', () => {
  const ask = () => aTerminal(['repos', 'disconnect', EXAMPLE.repository]);

  test.each(['y\r', 'yes\r', ' Y \r'])('is answered yes by %j', async (typed) => {
    const { terminal, repository } = await ask();
    await terminal.until('[y/N]');
    terminal.type(typed);
    expect(await terminal.ended).toBe(0);
    expect(repository()).toBeUndefined();
  });

  test.each(['\r', 'n\r', 'yesterday\r', CTRL_D])('is answered no by %j', async (typed) => {
    const { terminal, repository } = await ask();
    await terminal.until('[y/N]');
    terminal.type(typed);
    expect(await terminal.ended).toBe(1);
    expect(await terminal.screen()).toContain('nothing was changed');
    expect(repository()).toBeDefined();
  });

  test('is left by Ctrl-C', async () => {
    const { terminal, repository } = await ask();
    await terminal.until('[y/N]');
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expect(repository()).toBeDefined();
  });
});

describe('a secret that is typed', () => {
  const ask = () => aTerminal(['secrets', 'set', 'NEW', '-R', EXAMPLE.repository]);

  test('is kept as it was meant, and never shown', async () => {
    const { terminal, world, repository } = await ask();
    await terminal.until('not shown');
    terminal.type(`${VALUE}x\x7f`);
    terminal.type('\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.raw()).not.toContain(VALUE.slice(0, 6));
    const id = `bitflow-${repository()?.connection_id}-NEW`;
    expect((await world.secrets.get(id))?.reveal()).toBe(VALUE);
  });

  test.each([
    { typed: CTRL_C, code: 130 },
    { typed: CTRL_D, code: 2 },
    { typed: '\r', code: 2 },
    { typed: `${VALUE}${CTRL_C}`, code: 130 },
    { typed: `-----BEGIN\r${VALUE}\r-----END\r`, code: 2 },
  ])('is not kept after $typed', async ({ typed, code }) => {
    const { terminal, repository } = await ask();
    await terminal.until('not shown');
    terminal.type(typed);
    expect(await terminal.ended).toBe(code);
    expect(terminal.raw()).not.toContain(VALUE.slice(0, 6));
    expect(Object.keys(repository()?.secrets ?? {})).toEqual([EXAMPLE.secret]);
  });
});
