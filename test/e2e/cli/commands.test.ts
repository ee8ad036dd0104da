import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { inPipe, inTerminal } from '#test/support/cli/installed.ts';
import { stable } from '#test/support/cli/stable.ts';
import { type Case, nameOf } from './cases/case.ts';
import { CASES } from './cases/index.ts';
import { makeWorld, type World } from './world.ts';

let world: World;
const undo: (() => Promise<void>)[] = [];
beforeAll(async () => {
  world = await makeWorld(inject('stack'), (one) => undo.push(one));
});
afterAll(() => Promise.all(undo.map((one) => one())));

/** Where and as whom a case is run. */
const surroundings = ({ as = 'admin', cwd = ({ checkout }) => checkout }: Case) => ({
  env: world[as],
  cwd: cwd(world),
});

async function piped(one: Case, ...more: readonly string[]) {
  await one.before?.(world);
  const argv = [...one.argv(world), ...(one.confirms ? ['--yes'] : []), ...more];
  return inPipe(argv, { ...surroundings(one), stdin: one.secret ?? '' });
}

async function shown(one: Case, columns: number) {
  await one.before?.(world);
  const terminal = await inTerminal(one.argv(world), { ...surroundings(one), columns, rows: 40 });
  if (one.confirms) {
    await terminal.until('[y/N]');
    terminal.type('y\r');
  } else if (one.secret !== undefined) {
    await terminal.until('not shown');
    terminal.type(`${one.secret}\r`);
  }
  return {
    code: await terminal.ended,
    screen: await terminal.screen(),
    text: await terminal.text(),
    raw: terminal.raw(),
  };
}

describe.each(CASES.map((one) => [nameOf(one), one] as const))('bitflow %s', (_, one) => {
  const { code = 0, schema, secret, narrow = false } = one;

  test('in a pipe', async () => {
    const said = await piped(one);
    expect(stable(`${said.stdout}--- stderr ---\n${said.stderr}`)).toMatchSnapshot();
    expect(said.code, said.stderr).toBe(code);
    if (secret !== undefined) expect(said.stdout + said.stderr).not.toContain(secret);
  });

  test('in a terminal', async () => {
    const said = await shown(one, one.columns ?? 80);
    expect(stable(said.text)).toMatchSnapshot();
    expect(said.code, said.screen).toBe(code);
    if (secret !== undefined) expect(said.raw).not.toContain(secret);
    if (narrow)
      expect((await shown(one, 40)).screen.split('\n').length, 'lines in 40 columns').toBe(
        said.screen.split('\n').length,
      );
  });

  test('as JSON', async () => {
    const said = await piped(one, '--json');
    expect(said.code, said.stderr).toBe(code);
    if (schema === null) {
      expect(said.stdout).toBe('');
      expect(Failed.parse(JSON.parse(said.stderr)).error.exit_code).toBe(code);
    } else for (const value of valuesOf(said.stdout)) expect(schema.parse(value)).toEqual(value);
    if (secret !== undefined) expect(said.stdout + said.stderr).not.toContain(secret);
  });
});

/** What an error is with `--json`. */
const Failed = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string().min(1),
    next: z.string().min(1),
    request_id: z.string().nullable(),
    exit_code: z.int().min(1),
  }),
});

/** The one JSON value that was printed, or one a line. */
function valuesOf(text: string): unknown[] {
  const lines = text.trimEnd().split('\n');
  const isOneALine = lines.every((line) => /^\{.*\}$/.test(line));
  return isOneALine ? lines.map((line) => JSON.parse(line)) : [JSON.parse(text)];
}
