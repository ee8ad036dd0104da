import { current } from './telemetry/log-context.ts';

/** The longest text of a line: what hosts, registries and people say is in some. */
const MAX_TEXT = 8000;
/** The most items of a list in a line. */
const MAX_ITEMS = 100;

/** The project that traces are in; null: nobody said, and lines are without theirs. */
let traceProject: string | null = null;

/** Says whose traces the lines of this process belong to. */
export function logFor(project: string): void {
  traceProject = project;
}

/**
 * Structured logging as Cloud Logging reads it from standard output
 * (cloud.google.com/logging/docs/structured-logging): one JSON object a line. What the request that is served is
 * about (`about`) stands in each of its lines; what a line says itself goes before that. No text is longer than
 * 8,000 characters and no list than 100 items, so that a line stays below the 256 KiB that Cloud Logging takes.
 */
export function log(
  severity: 'INFO' | 'WARNING' | 'ERROR',
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): void {
  const { error, ...rest } = fields;
  const line = {
    severity,
    message,
    ...traceFields(),
    ...current()?.subject,
    ...rest,
    ...(error === undefined ? {} : { error: told(error) }),
  };
  process.stdout.write(`${JSON.stringify(line, bounded)}\n`);
}

function traceFields(): Record<string, unknown> {
  const trace = current()?.trace;
  if (!trace || traceProject === null) return {};
  return {
    'logging.googleapis.com/trace': `projects/${traceProject}/traces/${trace.traceId}`,
    ...(trace.spanId !== null && { 'logging.googleapis.com/spanId': trace.spanId }),
    'logging.googleapis.com/trace_sampled': trace.sampled,
  };
}

function bounded(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.length > MAX_TEXT) return `${value.slice(0, MAX_TEXT)}…`;
  return Array.isArray(value) && value.length > MAX_ITEMS ? value.slice(0, MAX_ITEMS) : value;
}

/** An error with its causes, as text: the stack of the first, the messages of the others. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${told(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
