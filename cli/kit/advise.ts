import { CliError } from './errors.ts';

/** What comes of some work; an error of the service with this code comes with better advice. */
export async function advise<T>(code: string, next: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== code) throw error;
    const { exitCode, message, cause, requestId } = error;
    throw new CliError(exitCode, message, next, { cause, code, requestId });
  }
}
