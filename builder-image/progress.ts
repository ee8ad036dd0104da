import { z } from 'zod';
import { LineReader } from './log/line-reader.ts';

const Vertex = z.object({
  digest: z.string(),
  name: z.string().default(''),
  started: z.string().optional(),
  completed: z.string().optional(),
  cached: z.boolean().optional(),
  error: z.string().optional(),
});
/** One line of `buildctl --progress rawjson`: BuildKit's client.SolveStatus. */
const SolveStatus = z.object({
  vertexes: z.array(Vertex).nullish(),
  logs: z.array(z.object({ vertex: z.string(), data: z.string().default('') })).nullish(),
  warnings: z.array(z.object({ short: z.string().default('') })).nullish(),
});

/** One step of a build, by its digest. */
export interface Step {
  readonly id: string;
  readonly name: string;
}

export interface ProgressListener {
  output(step: Step, bytes: Buffer): void;
  say(line: string): void;
  onExport(): void;
}

/** What buildctl said of a failure: its last words, and the step that failed. */
export interface Said {
  readonly text: string;
  readonly failedStep: {
    readonly name: string;
    readonly error: string;
    /** Whether its own output says that the disk is full: BuildKit only knows that a command failed. */
    readonly noSpace: boolean;
  } | null;
}

const MAX_TEXT_LINES = 200;

/** The name of a step that does something: BuildKit numbers those of each stage. A base image is only looked up. */
const NUMBERED_STEP = /^\[[^\]]* *\d+\/\d+\] (?!FROM )/;

/**
 * Reads buildctl's stderr: JSON lines of progress, and at the end its own words about an error. It may read
 * several calls, an `end()` after each: what one has told, a later one does not tell again.
 */
export class ProgressReader {
  readonly #listener: ProgressListener;
  readonly #lines = new LineReader((line) => this.#line(line));
  readonly #noSpace = new Set<string>();
  readonly #told = new Set<string>();
  readonly #names = new Map<string, string>();
  /** The steps of earlier calls: that a later one finds them done is no news. */
  #earlier: ReadonlySet<string> = new Set();
  /** The numbered steps that are done, and whether a cache had them. */
  readonly #done = new Map<string, boolean>();
  #text: string[] = [];
  #failed: Said['failedStep'] = null;

  constructor(listener: ProgressListener) {
    this.#listener = listener;
  }

  write(bytes: Buffer): void {
    this.#lines.write(bytes);
  }

  end(): Said {
    this.#lines.end();
    const said = { text: this.#text.join('\n'), failedStep: this.#failed };
    this.#earlier = new Set(this.#names.keys());
    this.#text = [];
    this.#failed = null;
    return said;
  }

  /** How many steps there were so far, and how many of them a cache had. */
  get steps(): { readonly total: number; readonly cached: number } {
    return { total: this.#done.size, cached: [...this.#done.values()].filter(Boolean).length };
  }

  #line(line: string): void {
    const status = line.startsWith('{') ? parse(line) : null;
    if (status === null) {
      this.#text = [...this.#text, line].slice(-MAX_TEXT_LINES);
      this.#listener.say(line);
      return;
    }
    for (const vertex of status.vertexes ?? []) this.#vertex(vertex);
    for (const log of status.logs ?? []) this.#log(log.vertex, Buffer.from(log.data, 'base64'));
    for (const warning of status.warnings ?? []) this.#once(`warning: ${decode(warning.short)}`);
  }

  #log(vertex: string, bytes: Buffer): void {
    if (/no space left on device/i.test(bytes.toString('latin1'))) this.#noSpace.add(vertex);
    this.#listener.output({ id: vertex, name: this.#names.get(vertex) ?? '' }, bytes);
  }

  #vertex({ digest, name, started, completed, cached, error }: z.infer<typeof Vertex>): void {
    this.#names.set(digest, name);
    if (name === 'exporting to image' && started && !this.#told.has('export')) {
      this.#told.add('export');
      this.#listener.onExport();
    }
    if (name.startsWith('[internal]')) return;
    if (completed && !error && !this.#earlier.has(digest) && NUMBERED_STEP.test(name))
      this.#done.set(digest, cached ?? this.#done.get(digest) ?? false);
    if (started) this.#once(name);
    if (completed && cached && !this.#earlier.has(digest)) this.#once(`${name}: cached`);
    if (error && !error.includes('context canceled')) {
      this.#failed = { name, error, noSpace: this.#noSpace.has(digest) };
      this.#once(`${name}: ${error}`);
    }
  }

  #once(line: string): void {
    if (this.#told.has(line)) return;
    this.#told.add(line);
    this.#listener.say(line);
  }
}

function parse(line: string): z.infer<typeof SolveStatus> | null {
  try {
    return SolveStatus.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
