import { type Ended, run } from '#builder/adapters/process.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { NO_EMBEDDED } from '../kit/repository.ts';
import { clean } from '../kit/text.ts';

/** A repository's variables for git (githooks(5)): a hook that runs us has set them for another purpose. */
const LOCAL_VARIABLES = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_PREFIX',
];
/** What no filter or helper that git starts has to know. */
const OURS = ['BITFLOW_TOKEN'];

/** Nothing of ours starts a hook or a watcher, or spends time on packing what is thrown away. */
const SETTINGS = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.looseCompression=0'].flatMap(
  (setting) => ['-c', setting],
);

/** Git, as the user: in a folder, with what else it is to know. */
export class Git {
  readonly folder: string;
  readonly #cli: Cli;

  constructor(cli: Cli, folder: string) {
    this.#cli = cli;
    this.folder = folder;
  }

  /** The same in another folder. */
  in(folder: string): Git {
    return new Git(this.#cli, folder);
  }

  /** What git prints. Throws CliError with git's own words where it fails. */
  async text(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const ended = await this.try(args, env);
    if (ended.code === 0) return ended.stdout;
    const command = args.find((arg) => /^[a-z-]{3,}$/.test(arg));
    const what = `git ${command} failed in ${this.folder}: ${clean(lastWords(ended.stderr))}`;
    throw new CliError(EXIT.failed, what, 'Put it right, or plan the folder of a plain copy.');
  }

  /** A line that git prints; null where it fails. */
  async line(args: readonly string[]): Promise<string | null> {
    const { code, stdout } = await this.try(args);
    return code === 0 && stdout.trim() !== '' ? stdout.trim() : null;
  }

  /** How git ended, and all that it printed. Throws the system's error where there is no git. */
  async try(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { around, signal } = this.#cli;
    const inherited = Object.entries(around.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && ![...LOCAL_VARIABLES, ...OURS].includes(entry[0]),
    );
    const printed: Buffer[] = [];
    const ended = await run({
      file: 'git',
      args: [...NO_EMBEDDED, ...SETTINGS, ...args],
      cwd: this.folder,
      // The words of errors are looked at.
      env: { ...Object.fromEntries(inherited), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', ...env },
      account: null,
      signal,
      onStdout: (bytes) => printed.push(bytes),
    });
    return { ...ended, stdout: Buffer.concat(printed).toString('utf8') };
  }
}

function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n');
  return lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? '';
}
