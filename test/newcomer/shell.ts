import { stripVTControlCharacters } from 'node:util';
import * as pty from '@lydell/node-pty';

/** Between what commands print: the exit code of the last one, between signs of a return key. */
const PROMPT = /⏎(\d+)⏎/;
const POLL_MS = 20;

/** A person's shell: bash in a real terminal, where lines are typed and their output is read. */
export class Shell {
  readonly #pty: pty.IPty;
  #output = '';
  #ended = false;

  constructor(cwd: string, env: Readonly<Record<string, string>>) {
    const settings = { PS1: '', PS2: '', PROMPT_COMMAND: "printf '⏎%s⏎' $?" };
    this.#pty = pty.spawn('bash', ['--noprofile', '--norc', '--noediting', '-i'], {
      cwd,
      cols: 200,
      rows: 50,
      env: { ...env, ...settings, TERM: 'xterm-256color' },
    });
    this.#pty.onData((data) => {
      this.#output += data;
    });
    this.#pty.onExit(() => {
      this.#ended = true;
    });
  }

  /** Types a line, and waits for its end. @returns what it printed. Throws where it failed. */
  async run(line: string, withinMs: number): Promise<string> {
    this.type(line);
    const text = await this.until(PROMPT, withinMs);
    const [shown = '', code] = [text.slice(0, text.search(PROMPT)), PROMPT.exec(text)?.[1]];
    if (code !== '0') throw new Error(`${line} ended with ${code}:\n${shown}`);
    return shown;
  }

  /** Types a line, of which `until` then waits for something. */
  type(line: string): void {
    this.#output = '';
    this.#pty.write(`${line}\r`);
  }

  /** Waits until what the last line printed has the text. @returns all of it, without escape sequences. */
  async until(text: RegExp, withinMs: number): Promise<string> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const shown = stripVTControlCharacters(this.#output).replaceAll('\r', '');
      if (text.test(shown)) return shown;
      if (this.#ended || Date.now() > deadline) throw new Error(`it never printed ${text}:\n${shown}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Waits for the shell's first prompt. */
  ready(withinMs: number): Promise<string> {
    return this.until(PROMPT, withinMs);
  }

  /** Ctrl-C, and waits for the command's end. */
  async interrupt(withinMs: number): Promise<void> {
    this.#output = '';
    this.#pty.write('\x03');
    await this.until(PROMPT, withinMs);
  }

  close(): void {
    this.#pty.kill('SIGHUP');
  }
}
