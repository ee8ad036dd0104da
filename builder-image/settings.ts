import { parse } from 'smol-toml';
import { z } from 'zod';
import { BuilderType } from '#core/build.ts';
import { isInnerPath } from '#core/git-names.ts';
import { BuildFailure } from './failure.ts';
import type { CheckoutView } from './view.ts';

export const SETTINGS_FILE = 'bitflow.toml';

/** A command as nixpacks takes it: one line for a shell. */
export const Command = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !/[\r\n]/.test(text), 'must be one line');

/** What a repository says about its build (`bitflow.toml` in the root directory): all of it optional. */
export const Settings = z.strictObject({
  builder: BuilderType.default('auto'),
  nixpacks: z
    .strictObject({ install: Command.optional(), build: Command.optional(), start: Command.optional() })
    .default({}),
  dockerfile: z
    .strictObject({
      path: z
        .string()
        .refine(isInnerPath, 'must be a relative path inside the root directory')
        .default('Dockerfile'),
      target: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, 'must be the name of a stage')
        .optional(),
      args: z
        .record(
          z.string().regex(/^(?!BUILDKIT_)[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of a build argument'),
          z.string(),
        )
        .default({}),
    })
    .default({ path: 'Dockerfile', args: {} }),
});
export type Settings = z.infer<typeof Settings>;

/** Reads the settings; a wrong file fails the build with every problem named. */
export async function readSettings(view: CheckoutView): Promise<Settings> {
  const text = await view.read(SETTINGS_FILE);
  if (text === null) return Settings.parse({});
  const parsed = Settings.safeParse(parseToml(SETTINGS_FILE, text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`,
  );
  throw new BuildFailure('config_invalid', `${SETTINGS_FILE} is not valid. ${problems.join('; ')}.`);
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
