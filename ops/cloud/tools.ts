import type { Writable } from 'node:stream';
import { execa, type ResultPromise } from 'execa';
import { Interrupted } from './problem.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A tool that ended with another code than 0; `output` is what it wrote to stderr. */
export class ToolFailed extends Error {
  readonly output: string;
  readonly code: number | null;
  readonly isMissing: boolean;

  constructor(command: string, { output, code, isMissing }: ToolEnd) {
    super(
      isMissing ? `${command} is not installed` : `${command} failed: ${output.trim() || `code ${code}`}`,
    );
    this.name = 'ToolFailed';
    this.output = output;
    this.code = code;
    this.isMissing = isMissing;
  }
}

interface ToolEnd {
  readonly output: string;
  readonly code: number | null;
  readonly isMissing: boolean;
}

interface Call {
  /** Written to its stdin, which is empty otherwise: the only way that a secret may go. */
  readonly input?: string;
  readonly env?: Environment;
  /** Exit codes that are answers. 0 always is. */
  readonly codes?: readonly number[];
}

/**
 * Runs `gcloud` and `terraform`, never through a shell. Each gets a process group of its own: a Ctrl-C at the terminal
 * reaches us alone, and we hand on one, because Terraform takes a second for "at once" and loses what it has done.
 */
export class Tools {
  readonly #env: Environment;
  readonly #live: Writable;
  readonly #running = new Set<ResultPromise>();
  #interrupted = false;

  /** `live`: where the tools' own output goes where it is shown. */
  constructor({ env, live }: { env: Environment; live: Writable }) {
    this.#env = env;
    this.#live = live;
  }

  /** Hands a Ctrl-C on, once. What runs ends by itself, and its call throws `Interrupted`. */
  interrupt(): void {
    if (this.#interrupted) return;
    this.#interrupted = true;
    for (const { pid } of this.#running) if (pid !== undefined) signalGroup(pid);
  }

  get isInterrupted(): boolean {
    return this.#interrupted;
  }

  /** What the tool writes to stdout. Its stderr is for the error. */
  async read(command: string, args: readonly string[], call: Call = {}): Promise<string> {
    const { stdout } = await this.#run(command, args, call, 'pipe');
    return stdout;
  }

  /** Runs the tool with its output shown, and returns its exit code. */
  async show(command: string, args: readonly string[], call: Call = {}): Promise<number> {
    const { code } = await this.#run(command, args, call, this.#live);
    return code;
  }

  async #run(command: string, args: readonly string[], call: Call, out: 'pipe' | Writable) {
    if (this.#interrupted) throw new Interrupted();
    const { input = '', env = {}, codes = [] } = call;
    const running = execa(command, args, {
      input,
      stdout: out,
      stderr: 'pipe',
      env: { ...this.#env, ...env },
      extendEnv: false,
      detached: true,
      cleanup: false,
      reject: false,
    });
    this.#running.add(running as ResultPromise);
    // both shown and kept, for the error; its end is not the end of what it is shown on
    if (out !== 'pipe') running.stderr.pipe(out, { end: false });
    const result = await running.finally(() => this.#running.delete(running as ResultPromise));
    if (this.#interrupted) throw new Interrupted();
    const code = result.exitCode ?? null;
    if (code !== null && (code === 0 || codes.includes(code)))
      return { code, stdout: String(result.stdout ?? '') };
    const output = String(result.stderr ?? '');
    throw new ToolFailed(command, { output, code, isMissing: result.code === 'ENOENT' });
  }
}

function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGINT');
  } catch {
    // it has ended meanwhile
  }
}
