import { createInterface } from 'node:readline/promises';
import { Problem } from './problem.ts';

/** Tells the person what happens: a line. stdout is for the result alone, so this is stderr. */
export type Say = (line: string) => void;

/** Asks, and waits for the answer as it is typed. */
export type Ask = (question: string) => Promise<string>;

/** Asks at the terminal. Throws Problem where there is none. */
export const askAtTerminal: Ask = async (question) => {
  if (!process.stdin.isTTY)
    throw new Problem(`nobody can be asked here: ${question}`, 'run it in a terminal, or give --yes');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
};

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
