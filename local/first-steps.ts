import { join } from 'node:path';
import { ROOT } from './root.ts';
import { LOCAL_ADMIN } from './seed.ts';
import { which } from './setup/run.mjs';
import type { StackInfo } from './stack-info.ts';

/** What somebody who sees a fresh stack types now: each of these says what comes after it. */
export function firstSteps({ api }: Pick<StackInfo, 'api'>): string {
  const steps = [
    ...(isInstalled() ? [] : [{ type: `alias bitflow='node ${join(ROOT, 'cli/bitflow.mjs')}'`, why: '' }]),
    { type: `bitflow login --url ${api}`, why: `as ${LOCAL_ADMIN}: nobody asks for a password here` },
    { type: 'mkdir hello && cd hello', why: '' },
    { type: 'bitflow repos init --template node', why: 'a small app; it says what comes then' },
  ];
  const lines = steps.map(({ type, why }) => `  ${type}${why && `\n      ${why}`}`);
  return `\nNext, in another terminal, in any folder:\n\n${lines.join('\n')}`;
}

/** Whether a shell finds the command by itself: not where npx found it, for this checkout and this once. */
const isInstalled = () => process.env.npm_command !== 'exec' && which('bitflow').length > 0;
