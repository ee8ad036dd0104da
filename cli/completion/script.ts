import type { Cli } from '../kit/cli.ts';
import { BASH } from './scripts/bash.ts';
import { FISH } from './scripts/fish.ts';
import { ZSH } from './scripts/zsh.ts';

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

/** `bitflow completion SHELL`: the script that has the shell complete. */
export async function printScript({ screen }: Cli, shell: keyof typeof SCRIPTS): Promise<void> {
  const script = SCRIPTS[shell];
  if (screen.json) screen.value({ shell, script });
  else screen.raw(script);
}
