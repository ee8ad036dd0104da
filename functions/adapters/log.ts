/**
 * Structured logging as Cloud Logging reads it from standard output
 * (cloud.google.com/logging/docs/structured-logging): one JSON object a line.
 */
export function log(
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  fields: Record<string, unknown> = {},
): void {
  const { error, ...rest } = fields;
  process.stdout.write(
    `${JSON.stringify({ severity, message, ...rest, ...(error === undefined ? {} : { error: told(error) }) })}\n`,
  );
}

/** An error with its causes, as text: the stack of the first, the messages of the others. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${told(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
