import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';
import { anApi } from '#test/support/api.ts';
import { type Call, callsOf } from './document.ts';
import { COLUMNS, type Column, parse, render } from './table.ts';
import { allBut, aWorld, MARKERS, type World } from './world.ts';

const PAGE = `${ROOT}/docs/access.md`;
const calls = await callsOf(anApi());
const guarded = calls.filter(({ takesToken }) => takesToken);
const table = parse(await readFile(PAGE, 'utf8'));

/** Makes a call; null: without a token. */
async function make(world: World, call: Call, token: string | null, body = call.body) {
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const { method } = call;
  const response = await world.api.request(call.path, {
    method,
    headers: { ...call.headers, ...authorization },
    body,
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, text, json: type.endsWith('json') ? JSON.parse(text) : null };
}

/** What the store has, but for the audit log, which grows with refusals too. */
const things = ({ state: { auditLog: _, watchers: __, ...rest } }: World): unknown => structuredClone(rest);

/** Makes a call that must be refused, and may change nothing. */
async function refused(world: World, call: Call, token: string | null, code: string) {
  const before = things(world);
  const answer = await make(world, call, token);
  expect(answer.json, `${call.method} ${call.path}: ${answer.text}`).toMatchObject({ code });
  expect(things(world)).toEqual(before);
  expect(world.bus.published).toEqual([]);
  return answer;
}

it('docs/access.md is what the routes and the roles say (`npm run docs:access` writes it)', async () => {
  await expect(render(calls)).toMatchFileSnapshot(PAGE);
});

describe.each(guarded)('$method $template', (call) => {
  it('is refused to nobody, and to a token that is expired, revoked or unknown, all alike', async () => {
    const world = await aWorld();
    const tokens = [null, 'expired', 'revoked', 'unknown'].map((name) => name && world.secretOf(name));
    const answers = [];
    for (const token of tokens) {
      const { status, json } = await refused(world, call, token, 'unauthenticated');
      answers.push({ status, ...z.looseObject({}).parse(json), request_id: '' });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(answers[0]).toMatchObject({ status: 401 });
  });

  const may = table.get(call.id);
  it.each(COLUMNS.filter((column) => may?.has(column) && isOwn(call, column)))(
    'is done for a %s',
    async (column) => {
      const world = await aWorld();
      const { status, text } = await make(world, call, world.secretOf(column));
      expect(status, wanted(call, text)).toSatisfy(isGood);
    },
  );

  it.each(COLUMNS.filter((column) => !may?.has(column)))(
    'is forbidden to a %s, whatever is sent',
    async (column) => {
      const world = await aWorld();
      await refused(world, call, world.secretOf(column), 'forbidden');
      await refused(world, { ...call, body: call.body && '{"half' }, world.secretOf(column), 'forbidden');
    },
  );

  const { permission } = call;
  it.each(permission === null ? [] : [permission])(
    'takes a token with just the scope %s, and none without it',
    async (scope) => {
      const without = await aWorld();
      await refused(without, call, await without.scoped(allBut(scope)), 'forbidden');
      if (scope === 'installation:operate') return;
      const world = await aWorld();
      const { status, text } = await make(world, call, await world.scoped([scope]));
      expect(status, wanted(call, text)).toSatisfy(isGood);
    },
  );

  it('shows and does nothing of a team to an admin of another', async () => {
    const world = await aWorld();
    const before = JSON.stringify(ofTeam(world));
    const { status, text } = await make(world, call, world.secretOf('other'));
    const expected =
      call.permission === 'installation:operate' ? 403 : call.template.includes('{') ? 404 : null;
    if (expected === null) expect([200, 201, 204, 404]).toContain(status);
    else expect(status, text).toBe(expected);
    for (const marker of MARKERS) expect(text).not.toContain(marker);
    expect(JSON.stringify(ofTeam(world))).toBe(before);
  });
});

const isGood = (status: number): boolean => status >= 200 && status < 300;

/** What is to be done where the document's own request is not good. */
const wanted = (call: Call, text: string): string =>
  `${call.method} ${call.path} with ${call.body} is refused: ${text}. Give its schemas examples ` +
  'that name a thing of functions/handlers/api/examples.ts, and put that thing into test/unit/access/world.ts.';

/** Operators act for their own team, and on teams themselves. */
const isOwn = (call: Call, column: Column): boolean =>
  column !== 'operator' || call.permission === 'installation:operate';

/** All that the team has. */
function ofTeam({ state: { auditLog: _, watchers: __, ...rest } }: World): unknown[] {
  return Object.values(rest).flatMap((documents: { values(): Iterable<unknown> }) =>
    [...documents.values()].filter((document) => JSON.stringify(document)?.includes('"acme"')),
  );
}
