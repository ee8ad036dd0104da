import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Secret } from '#core/secret.ts';
import type { Cli } from './cli.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';

/** The most that is read of a secret (bytes): the service takes 64 KiB. */
const MOST = 1024 * 1024;

/**
 * A secret from whoever calls: typed unseen in a terminal, else all of standard input, less one line end. Throws
 * CliError: 2 where there is none, 130 at Ctrl-C.
 * @param what it is, as people call it: "value of NPM_TOKEN".
 */
export async function secretFrom(cli: Cli, what: string): Promise<Secret> {
  const { stdin } = cli.around;
  return stdin.isTTY === true
    ? secretOf(await typedUnseen(cli, what), what)
    : secretOf(await allOf(stdin, what), what);
}

/** Text as a secret, less one line end: editors and `echo` add it. Throws CliError (2) where nothing is left. */
export function secretOf(text: string, what: string): Secret {
  const value = text.replace(/\r?\n$/, '');
  if (value !== '') return new Secret(value);
  throw new CliError(
    EXIT.usage,
    `the ${what} is empty`,
    'Type it, or give it on standard input: bitflow … < FILE',
  );
}

async function allOf(stdin: AsyncIterable<unknown>, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MOST)
      throw new CliError(EXIT.usage, `the ${what} is too large`, 'It may have 64 KiB at most.');
    chunks.push(bytes);
  }
  return utf8(Buffer.concat(chunks), what);
}

/** Bytes as text. Throws CliError (2) for others than UTF-8: they would arrive as something else. */
export function utf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CliError(
      EXIT.usage,
      `the ${what} is not text in UTF-8`,
      'Encode it, for instance with base64.',
    );
  }
}

function severalLines(what: string): CliError {
  const next = 'Give it on standard input, or as a file: bitflow … < FILE';
  return new CliError(EXIT.usage, `the ${what} has several lines, and a prompt takes one`, next);
}

/** A line that the terminal does not show. Readline edits it, and writes what it would echo to nowhere. */
async function typedUnseen({ around: { stdin, stderr, signal } }: Cli, what: string): Promise<string> {
  const nowhere = new Writable({ write: (_bytes, _encoding, ready) => ready() });
  const reader = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  stderr.write(`${what[0]?.toUpperCase()}${what.slice(1)} (it is not shown): `);
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', (line) => {
        // The lines of what was pasted come at once. What is not read here would be typed into the shell.
        reader.once('line', () => reject(severalLines(what)));
        setImmediate(resolve, line);
      });
      reader.once('close', () => resolve(''));
      // While echo is off the terminal sends no signal of its own.
      reader.once('SIGINT', () => reject(new CliError(EXIT.interrupted, '', '')));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    reader.close();
    stderr.write('\n');
  }
}
