import { posix } from 'node:path';
import { z } from 'zod';
import { BuilderType } from '#core/build.ts';
import { type BuildConfig, NixpacksVersion, Variables } from '#core/build-config.ts';
import { isInnerPath } from '#core/git-names.ts';
import { SecretName } from '#core/repository.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { issueText } from '../kit/issue-text.ts';
import { nameAndValue } from '../kit/name-value.ts';

/** The options of `bitflow plan`, as they were written. */
export interface PlanOptions {
  readonly repo?: string | undefined;
  readonly commit?: string | undefined;
  readonly rootDirectory?: string | undefined;
  readonly builder?: string | undefined;
  readonly env?: readonly string[] | undefined;
  readonly buildArg?: readonly string[] | undefined;
  readonly secret?: readonly string[] | undefined;
  readonly nixpacksVersion?: string | undefined;
  readonly connected?: boolean | undefined;
  readonly remote?: boolean | undefined;
  readonly branch?: string | undefined;
  readonly ref?: string | undefined;
  readonly dockerfile?: boolean | undefined;
  readonly build?: boolean | undefined;
  readonly output?: string | undefined;
}

/** What the command line says of how to build; null and nothing: it does not say. */
export interface Asked {
  readonly rootDirectory: string | null;
  readonly builder: BuilderType | null;
  readonly environment: Variables;
  readonly buildArgs: Variables;
  readonly secretNames: readonly string[];
  readonly nixpacksVersion: BuildConfig['nixpacks_version'];
}

/** Reads them, by the schemas of the API. Throws CliError (2). */
export function readAsked(options: PlanOptions): Asked {
  const { rootDirectory, builder, nixpacksVersion } = options;
  const builders = `one of ${BuilderType.options.join(', ')}`;
  return {
    rootDirectory: rootDirectory === undefined ? null : readRoot(rootDirectory),
    builder: parse('--builder', z.nullable(BuilderType), builder ?? null, builders),
    environment: parse('--env', Variables, pairs('--env', options.env)),
    buildArgs: parse('--build-arg', Variables, pairs('--build-arg', options.buildArg)),
    secretNames: parse('--secret', z.array(SecretName), options.secret ?? []),
    nixpacksVersion: parse('--nixpacks-version', z.nullable(NixpacksVersion), nixpacksVersion ?? null),
  };
}

function readRoot(text: string): string {
  const path = posix.normalize(text).replace(/(?<=.)\/$/, '');
  if (isInnerPath(path)) return path;
  throw wrong('--root-directory', 'must be a relative path inside the repository');
}

/** `NAME=VALUE`, the last of a name. */
function pairs(option: string, texts: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const pair = nameAndValue(text);
      if (pair === null) throw wrong(option, 'takes NAME=VALUE');
      return pair;
    }),
  );
}

function parse<Schema extends z.ZodType>(
  option: string,
  schema: Schema,
  value: unknown,
  expected?: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = issue?.path[0] === undefined ? '' : `${String(issue.path[0])} `;
  throw wrong(
    option,
    expected ? `must be ${expected}` : `${name}${issue === undefined ? 'is not valid' : issueText(issue)}`,
  );
}

const wrong = (option: string, why: string): CliError =>
  new CliError(EXIT.usage, `${option}: ${why}`, 'See: bitflow plan --help', { code: 'usage' });
