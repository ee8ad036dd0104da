import { createInterface } from 'node:readline/promises';
import { Interrupted, Problem } from './problem.ts';

/** Tells the person what happens: a line. stdout is for the result alone, so this is stderr. */
export type Say = (line: string) => void;

/** Asks, and waits for the answer as it is typed. */
export type Ask = (question: string) => Promise<string>;

/**
 * Asks at the terminal. Throws Problem where there is none, and Interrupted at Ctrl-C and Ctrl-D: while a line is
 * edited the terminal sends no signal for them.
 */
export function askAt(input: NodeJS.ReadStream, output: NodeJS.WritableStream): Ask {
  return async (question) => {
    if (!input.isTTY)
      throw new Problem(`nobody can be asked here: ${question}`, 'run it in a terminal, or give --yes');
    const terminal = createInterface({ input, output, terminal: true });
    const left = new AbortController();
    terminal.once('close', () => left.abort());
    try {
      return await terminal.question(question, { signal: left.signal });
    } catch (error) {
      throw error instanceof Error && error.name === 'AbortError' ? new Interrupted() : error;
    } finally {
      terminal.close();
    }
  };
}

/** Asks for a yes. Throws Problem on anything else. */
export async function confirm(ask: Ask, question: string): Promise<void> {
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Problem('you said no', 'nothing was changed by this step');
}

/** Asks for a word to be typed: for what cannot be undone. */
export async function confirmByWord(ask: Ask, question: string, word: string): Promise<void> {
  const answer = await ask(`${question} Type ${word} to go on: `);
  if (answer.trim() !== word) throw new Problem(`that was not ${word}`, 'nothing was changed by this step');
}
