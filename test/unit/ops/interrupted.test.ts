import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { askAt } from '#ops/cloud/command-line.ts';
import { Interrupted, Problem } from '#ops/cloud/problem.ts';
import { sleepUntil } from '#ops/cloud/retry.ts';

/** What somebody types, at what counts as a terminal unless said otherwise. */
function asked(typed: string, { isTTY = true } = {}): Promise<string> {
  const input = Object.assign(new PassThrough(), { isTTY }) as PassThrough & ReadStream;
  const answer = askAt(input, new PassThrough())('Apply the plan above? [y/N] ');
  input.write(typed);
  return answer;
}

describe('a question', () => {
  it('has the line that is typed as its answer', async () => {
    await expect(asked('yes\r')).resolves.toBe('yes');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('that is answered with %s interrupts', async (_, key) => {
    await expect(asked(key)).rejects.toBeInstanceOf(Interrupted);
  });

  it('is not asked where there is no terminal', async () => {
    await expect(asked('y\r', { isTTY: false })).rejects.toBeInstanceOf(Problem);
  });
});

it('a pause ends with a Ctrl-C, and one after it does not begin', async () => {
  const interrupted = new AbortController();
  const sleep = sleepUntil(interrupted.signal);
  const pause = sleep(600_000);
  interrupted.abort();
  await expect(pause).rejects.toBeInstanceOf(Interrupted);
  await expect(sleep(600_000)).rejects.toBeInstanceOf(Interrupted);
});
