import { parse } from 'smol-toml';
import { BITFLOW_TOML, type BuilderSettings, readBitflowToml } from '#core/bitflow-toml.ts';
import { BuildFailure } from './failure.ts';
import type { CheckoutView } from './view.ts';

/**
 * Reads the settings in the root directory; a wrong file fails the build with every problem named. Throws
 * BuildFailure('config_invalid').
 */
export async function readSettings(view: CheckoutView): Promise<BuilderSettings> {
  const text = (await view.read(BITFLOW_TOML)) ?? '';
  const read = readBitflowToml(text, view.isTop ? 'top' : 'below');
  if ('mistakes' in read) throw new BuildFailure('config_invalid', read.mistakes);
  return read.settings;
}

/** TOML as a value; the error names the file, line and column. */
export function parseToml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    const at = cause instanceof Error && 'line' in cause ? ` (line ${String(cause.line)})` : '';
    throw new BuildFailure('config_invalid', `${file} cannot be read${at}: ${why}`, { cause });
  }
}
