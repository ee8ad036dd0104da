import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leavesOf, pathOf } from '#cli/help/command-page.ts';
import { OPERATIONS } from '#cli/kit/operations.ts';
import { makeProgram } from '#cli/program.ts';
import { ROOT } from '#local/root.ts';
import { CASES, ELSEWHERE } from '#test/e2e/cli/cases/index.ts';

const COMMANDS = leavesOf(makeProgram(async () => {}, '0.0.0')).map((one) =>
  pathOf(one).replace(/^bitflow /, ''),
);
const driven = new Set(CASES.map(({ command }) => command));

describe('the end-to-end tests', () => {
  test.each(COMMANDS)('drive bitflow %s', async (command) => {
    if (driven.has(command)) return;
    const file = ELSEWHERE[command];
    expect(file, 'a case in test/e2e/cli/cases, or the file that drives it in ELSEWHERE').toBeDefined();
    const words = (await readFile(join(ROOT, file ?? ''), 'utf8')).replaceAll("', '", ' ');
    expect(words, `${file} types the command`).toMatch(new RegExp(`['\`" ]${command}[' \`"]`));
  });

  test('drive no command that there is not, and none in a place that is not the one where it is', () => {
    expect([...driven, ...Object.keys(ELSEWHERE)].filter((command) => !COMMANDS.includes(command))).toEqual(
      [],
    );
    expect(Object.keys(ELSEWHERE).filter((command) => driven.has(command))).toEqual([]);
  });
});

describe('everything that the service can do is done by a command', async () => {
  const sources: string[] = [];
  for await (const path of glob('cli/**/*.ts', { cwd: ROOT, exclude: ['cli/kit/operations.ts'] }))
    sources.push(await readFile(join(ROOT, path), 'utf8'));
  test.each(Object.keys(OPERATIONS))('%s', (id) => {
    expect(sources.some((source) => source.includes(`call('${id}'`))).toBe(true);
  });
});
