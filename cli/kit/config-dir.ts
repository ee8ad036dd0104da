import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Surroundings } from './streams.ts';

/** Where the command keeps its files: `$XDG_CONFIG_HOME/bitflow`, `~/.config/bitflow` (XDG Base Directory), `%APPDATA%\bitflow`. */
export function configDir(env: Surroundings['env']): string {
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData, HOME: home } = env;
  return join(xdg || appData || join(home || homedir(), '.config'), 'bitflow');
}
