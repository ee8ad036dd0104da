import { readFile, stat } from 'node:fs/promises';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { utf8 } from './prompt.ts';

/** The largest file that is taken (bytes): whatever the service takes is smaller. */
const MOST = 1024 * 1024;

/** A file that somebody named. Throws CliError (2) where it cannot be read, is too large or is not text. */
export async function readGiven(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST) throw new CliError(EXIT.usage, `${path} is too large`, 'It may have 1 MiB at most.');
    return utf8(await readFile(path), `file ${path}`);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'no reason is known';
    throw new CliError(EXIT.usage, `${path} cannot be read (${why})`, 'Is the path right?', { cause: error });
  }
}
