import { join } from 'node:path';
import * as pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { execa } from 'execa';
import { bundleCli } from '#local/cli-bundle.mjs';
import { ROOT } from '#local/root.ts';

/** The command as people install it: one file. */
const BUNDLE = join(ROOT, 'dist/cli/test/bitflow.mjs');
let bundled: Promise<unknown> | undefined;

/** The bundled command, made once a process. @returns its path. */
export async function installedCli(): Promise<string> {
  bundled ??= bundleCli(BUNDLE);
  await bundled;
  return BUNDLE;
}

export interface Run {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Runs the command in a pipe, as scripts do. Never throws for an exit code. */
export async function inPipe(argv: readonly string[], { env = {}, cwd = ROOT, stdin = '' }: Run = {}) {
  const result = await execa(process.execPath, [await installedCli(), ...argv], {
    cwd,
    env: environment(env),
    extendEnv: false,
    input: stdin,
    reject: false,
    stripFinalNewline: false,
  });
  return { code: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** A command in a terminal of its own. */
export interface Terminal {
  /** All that the terminal shows by now, scrolled off lines included, without trailing blanks: what a person sees. */
  screen(): Promise<string>;
  /** The same, a line that was broken at the edge being one. */
  text(): Promise<string>;
  /** Everything that was written to it, escape sequences too. */
  raw(): string;
  /** Types something. */
  type(text: string): void;
  /** Makes it as wide as this, as somebody who drags its edge. */
  resize(columns: number): void;
  /** Waits until the screen has the text. @returns the screen. Throws after `withinMs`. */
  until(text: string | RegExp, withinMs?: number): Promise<string>;
  readonly ended: Promise<number>;
  kill(signal?: string): void;
}

type InTerminal = Omit<Run, 'stdin'> & { columns?: number; rows?: number };

/** Starts the command in a real pseudo-terminal. Ctrl-C is `type('\x03')`. */
export async function inTerminal(argv: readonly string[], options: InTerminal = {}): Promise<Terminal> {
  return openTerminal(process.execPath, [await installedCli(), ...argv], options);
}

/** Starts any program in a pseudo-terminal of its own. */
export function openTerminal(
  file: string,
  args: readonly string[],
  { env = {}, cwd = ROOT, columns = 80, rows = 24 }: InTerminal = {},
): Terminal {
  const child = pty.spawn(file, [...args], {
    cols: columns,
    rows,
    cwd,
    env: { ...environment(env), TERM: 'xterm-256color' },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  let raw = '';
  child.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  const ended = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
  const screen = async () => {
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, at) => active.getLine(at)?.translateToString(true) ?? '',
    );
    return lines.join('\n').trimEnd();
  };
  const text = async () => {
    await screen();
    const { active } = terminal.buffer;
    const goesOn = (at: number) => active.getLine(at + 1)?.isWrapped === true;
    const lines = Array.from(
      { length: active.length },
      (_, at) => `${active.getLine(at)?.translateToString(!goesOn(at)) ?? ''}${goesOn(at) ? '' : '\n'}`,
    );
    return lines.join('').trimEnd();
  };
  const until = async (text: string | RegExp, withinMs = 30_000) => {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const shown = await screen();
      if (typeof text === 'string' ? shown.includes(text) : text.test(shown)) return shown;
      if (Date.now() > deadline) throw new Error(`the terminal never showed ${text}:\n${shown}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    screen,
    text,
    raw: () => raw,
    type: (text) => child.write(text),
    resize: (wanted) => {
      terminal.resize(wanted, rows);
      child.resize(wanted, rows);
    },
    until,
    ended,
    kill: (signal) => child.kill(signal),
  };
}

function environment(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8', ...env };
}
