import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, test } from 'vitest';
import { makeProgram } from '#cli/program.ts';
import { ROOT } from '#local/root.ts';
import { CASES, ELSEWHERE } from '#test/e2e/cli/cases/index.ts';

function leaves(of: CommandUnknownOpts, path: readonly string[] = []): string[] {
  if (of.commands.length === 0) return [path.join(' ')];
  return of.commands.flatMap((one) => leaves(one, [...path, one.name()]));
}

const COMMANDS = leaves(makeProgram(async () => {}, '0.0.0'));
const driven = new Set(CASES.map(({ command }) => command));

describe('the end-to-end tests', () => {
  test.each(COMMANDS)('drive bitflow %s', async (command) => {
    if (driven.has(command)) return;
    const file = ELSEWHERE[command];
    expect(file, 'a case in test/e2e/cli/cases, or the file that drives it in ELSEWHERE').toBeDefined();
    await access(join(ROOT, file ?? ''));
  });

  test('drive no command that there is not', () => {
    expect([...driven].filter((command) => !COMMANDS.includes(command))).toEqual([]);
  });
});
