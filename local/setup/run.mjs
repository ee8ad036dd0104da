import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Children still running: they must not outlive the set-up (a cargo build would go on for minutes). */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGTERM');
});

/** A command that ended with a code other than 0; the message has the first and the last lines it printed. */
export class CommandFailed extends Error {
  /** @param {string[]} argv @param {number | string} code @param {string} output */
  constructor(argv, code, output) {
    const lines = output.trim().split('\n');
    const shown = lines.length > 20 ? [...lines.slice(0, 4), '…', ...lines.slice(-12)] : lines;
    super(`${argv.slice(0, 3).join(' ')} … ended with ${code}\n${shown.join('\n')}`);
    this.name = 'CommandFailed';
    this.code = code;
    this.output = output;
  }
}

/**
 * Runs a command without a shell and collects its output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string | undefined>, timeoutMs?: number, input?: string}} [options]
 *   `env` is added to this process's own
 * @returns {Promise<{stdout: string, output: string}>} `output` is stdout and stderr as they came
 * @throws {CommandFailed}
 */
export function run(command, args, { cwd, env, timeoutMs, input } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    children.add(child);
    let stdout = '';
    let output = '';
    child.stdout?.on('data', (data) => {
      stdout += data;
      output += data;
    });
    child.stderr?.on('data', (data) => {
      output += data;
    });
    child.stdin?.end(input);
    child.once('error', (error) => {
      children.delete(child);
      reject(new CommandFailed([command, ...args], 'no start', error.message));
    });
    child.once('close', (code, signal) => {
      children.delete(child);
      if (code === 0) resolve({ stdout, output });
      else reject(new CommandFailed([command, ...args], code ?? signal ?? 'unknown', output));
    });
  });
}

/**
 * Every executable of that name on the PATH, in order, then in the system folders that a plain user's PATH
 * leaves out (runc and debootstrap live there).
 *
 * @param {string} name
 * @returns {string[]} absolute paths
 */
export function which(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];
  const found = [...new Set(folders.filter(Boolean))].map((folder) => join(folder, name));
  return found.filter(isExecutable);
}

/** @param {string} path @returns {boolean} */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
