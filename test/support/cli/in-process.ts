import { PassThrough, Readable, Writable } from 'node:stream';
import { run } from '#cli/run.ts';

/** What a command said and how it ended. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  /** What is on standard input; nothing unless said otherwise. */
  readonly stdin?: string | Iterable<string>;
  /** Columns of the terminal that stdout and stderr are; without it they are pipes. */
  readonly columns?: number;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Told all of stdout so far, each time that something is written. */
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
}

/** Runs the command in this process, with its own streams and environment. For unit tests: fast, and debuggable. */
export async function runCli(argv: readonly string[], given: Given = {}): Promise<Said> {
  const stdout = sink(given.columns, given.onStdout);
  const stderr = sink(given.columns, given.onStderr);
  const stdin = Object.assign(
    given.stdin === undefined
      ? new PassThrough().end()
      : Readable.from(typeof given.stdin === 'string' ? [given.stdin] : given.stdin),
    {
      isTTY: false,
    },
  );
  const code = await run(argv, {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { HOME: '/nonexistent', ...given.env },
    cwd: given.cwd ?? '/',
    signal: given.signal ?? new AbortController().signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function sink(columns: number | undefined, told: (text: string) => void = () => undefined) {
  let text = '';
  const stream = new Writable({
    write(bytes: Buffer, _encoding, done) {
      text += bytes.toString('utf8');
      told(text);
      done();
    },
  });
  return {
    stream: Object.assign(stream, columns === undefined ? {} : { isTTY: true, columns }),
    text: () => text,
  };
}
