import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { BuilderType } from './build.ts';
import { BuildRules } from './build-rules.ts';
import { isInnerPath } from './git-names.ts';
import { lineOf } from './toml-lines.ts';

/** What a repository says of itself, in its own files. */
export const BITFLOW_TOML = 'bitflow.toml';

/** The largest that is read. */
export const MAX_BITFLOW_TOML_BYTES = 65_536;

/** How many mistakes are named at once. */
const MAX_MISTAKES = 10;

/** A command as nixpacks takes it: one line for a shell. */
export const Command = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !/[\r\n]/.test(text), 'must be one line');

/** How an image is built: in the file of its root directory. */
export const BuilderSettings = z.strictObject({
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
export type BuilderSettings = z.infer<typeof BuilderSettings>;

/** The file at the top of the repository: what a push means, too. */
const TopFile = BuilderSettings.extend({
  rules: BuildRules.omit({ images: true, schedules: true }).default({}),
  images: BuildRules.shape.images,
  schedules: BuildRules.shape.schedules,
});

/** What the file says, or what is wrong with it: a sentence for each mistake, with its line. */
export type ReadFile =
  | { readonly settings: BuilderSettings; readonly rules: BuildRules }
  | { readonly mistakes: string };

/**
 * Reads a `bitflow.toml`. Unknown keys are mistakes: a setting is never ignored in silence.
 * @param place where it lies: only the one at the top of the repository has rules.
 */
export function readBitflowToml(text: string, place: 'top' | 'below'): ReadFile {
  const value = tomlIn(text);
  if ('unreadable' in value) return { mistakes: `${BITFLOW_TOML} cannot be read${value.unreadable}` };
  const misplaced = place === 'below' ? misplacedIn(text, value.parsed) : [];
  const parsed = TopFile.safeParse(value.parsed);
  // Only of those that are named the line is looked for: each takes a pass over the whole file.
  const issues = (parsed.error?.issues ?? []).slice(0, MAX_MISTAKES);
  const mistakes = [...misplaced, ...issues.map((issue) => sentence(text, issue))];
  if (!parsed.success || mistakes.length > 0) {
    const named = mistakes.slice(0, MAX_MISTAKES).map((mistake) => mistake.slice(0, 300));
    return { mistakes: `${BITFLOW_TOML} is not valid. ${named.join('; ')}.` };
  }
  const { rules, images, schedules, ...settings } = parsed.data;
  return { settings, rules: { ...rules, ...(images && { images }), ...(schedules && { schedules }) } };
}

function tomlIn(text: string): { parsed: Record<string, unknown> } | { unreadable: string } {
  try {
    return { parsed: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { unreadable: ` (line ${error.line}): ${error.message.split('\n')[0]}` };
  }
}

function misplacedIn(text: string, parsed: Record<string, unknown>): string[] {
  return ['rules', 'images', 'schedules']
    .filter((key) => Object.hasOwn(parsed, key))
    .map((key) => `${at(text, [key])}${key}: belongs into the ${BITFLOW_TOML} at the top of the repository`);
}

function sentence(text: string, issue: z.core.$ZodIssue): string {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const line = at(text, unknown === undefined ? path : [...path, unknown]);
  return `${line}${path.join('.') || 'the file'}: ${issue.message}`;
}

function at(text: string, path: readonly (string | number)[]): string {
  const line = lineOf(text, path);
  return line === null ? '' : `line ${line}, `;
}
