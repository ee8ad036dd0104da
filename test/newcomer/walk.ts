import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#local/root.ts';
import { lockedPackages } from '#local/setup/npm-packages.mjs';
import { Shell } from './shell.ts';
import { toldBy } from './told.ts';

/** One thing that the newcomer did. */
export interface Step {
  /** The line that was typed. */
  readonly typed: string;
  readonly ms: number;
}

export interface Walk {
  readonly steps: readonly Step[];
  /** The image that the first push became, by digest. */
  readonly image: string;
}

export interface WalkOptions {
  /** The git repository of BitFlow that is cloned. */
  readonly source: string;
  /** Where it all happens; empty. */
  readonly folder: string;
  /** Takes this checkout's npm packages, where they are what the clone would install. */
  readonly reusePackages: boolean;
  /** Confirms the sign-in at the address that `bitflow login` shows. */
  readonly confirm: (address: string) => Promise<void>;
  readonly hear?: (step: Step) => void;
  /** Uses the image, while the stack that has it runs. */
  readonly use?: (image: string) => Promise<void>;
}

const MINUTE = 60_000;
/** A first start builds tools from source. */
const DEV_MS = 30 * MINUTE;
/** More commands than the way has: it goes in circles. */
const MOST_STEPS = 20;

/**
 * The way from a clone to the first image, as somebody goes who knows nothing: what is typed is what the output
 * before told to type, from the README's first command on.
 */
export async function walk({
  source,
  folder,
  reusePackages,
  confirm,
  hear,
  use,
}: WalkOptions): Promise<Walk> {
  const steps: Step[] = [];
  const timed = async (typed: string, work: Promise<string>): Promise<string> => {
    const start = performance.now();
    const output = await work;
    const step = { typed, ms: performance.now() - start };
    steps.push(step);
    hear?.(step);
    return output;
  };
  const env = personsEnv(folder);
  const first = new Shell(folder, env);
  const second = new Shell(folder, env);
  try {
    await Promise.all([first.ready(MINUTE), second.ready(MINUTE)]);
    const clone = `git clone --quiet ${source} bitflow`;
    await timed(clone, first.run(clone, MINUTE));
    await first.run('cd bitflow', MINUTE);
    if (reusePackages) await reuse(join(folder, 'bitflow'));

    const [dev] = toldBy(await readFile(join(folder, 'bitflow/README.md'), 'utf8'));
    if (dev === undefined) throw new Error('the README tells no command');
    first.type(dev);
    let output = await timed(
      dev,
      first.until(/^Next[\s\S]*\n {2}bitflow [^\n]*\n[\s\S]*repos init[^\n]*\n/m, DEV_MS),
    );

    const type = (line: string): Promise<string> =>
      line.startsWith('bitflow login') ? signIn(second, line, confirm) : second.run(line, 10 * MINUTE);
    for (let todo = toldBy(output); todo.length > 0; ) {
      const [line = '', ...rest] = todo;
      output = await timed(line, type(line));
      const image = /^\s*image\s+(\S+@sha256:[0-9a-f]{64})/m.exec(output)?.[1];
      if (image !== undefined) {
        await use?.(image);
        await first.interrupt(MINUTE);
        return { steps, image };
      }
      if (steps.length > MOST_STEPS)
        throw new Error(`this leads nowhere: ${steps.map(({ typed }) => typed).join('; ')}`);
      todo = rest.length > 0 ? rest : toldBy(output);
    }
    throw new Error(`nothing told how to go on after ${steps.at(-1)?.typed}:\n${output}`);
  } finally {
    second.close();
    first.close();
  }
}

/** Types the line of the sign-in, and lets the terminal in at the address that it shows. */
async function signIn(shell: Shell, line: string, confirm: WalkOptions['confirm']): Promise<string> {
  const end = shell.run(line, 5 * MINUTE);
  const asked = await Promise.race([shell.until(/https?:\/\/\S+\/device\S*\s/, MINUTE), end]);
  await confirm(/https?:\/\/\S+\/device\S*/.exec(asked)?.[0] ?? '');
  return end;
}

/** This person's environment, without what was put there for us, and with a place of its own for what is kept. */
function personsEnv(folder: string): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|BITFLOW_|VITEST|CI$)/i.test(name));
  const path = (process.env.PATH ?? '').split(':').filter((part) => !part.includes('node_modules'));
  return {
    ...Object.fromEntries(own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    PATH: path.join(':'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    // No browser opens: the address that is shown is enough.
    SSH_CONNECTION: '127.0.0.1 1 127.0.0.1 22',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.com',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.com',
  };
}

/** Never for another lock file: `npm ci` would then work in our own folder. */
async function reuse(clone: string): Promise<void> {
  const [ours, theirs] = await Promise.all([lockedPackages(ROOT), lockedPackages(clone)]);
  if (ours.isInstalled && ours.hash === theirs.hash)
    await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
}
