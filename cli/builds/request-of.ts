import type { z } from 'zod';
import { BuildBody } from '#core/api/build-body.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { issueText } from '../kit/issue-text.ts';

/** What `builds create` was asked for. */
export interface CreateOptions {
  readonly branch?: string | undefined;
  readonly ref?: string | undefined;
  readonly commit?: string | undefined;
  readonly tag?: string | undefined;
  readonly builder?: string | undefined;
  readonly imageName?: string | undefined;
  readonly registry?: string | undefined;
  readonly timeout?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly buildArg?: Readonly<Record<string, string>> | undefined;
  readonly cache?: string | undefined;
  readonly platform?: string | undefined;
  readonly nixpacksVersion?: string | undefined;
}

/** The option that sets a field, to speak of it as it was typed. */
const OPTION_OF: readonly (readonly [path: string, option: string])[] = [
  ['branch', '--branch'],
  ['ref', '--ref'],
  ['commit_sha', '--commit'],
  ['builder_type', '--builder'],
  ['image_tag', '--tag'],
  ['build_config.nixpacks_version', '--nixpacks-version'],
  ['build_config.registry_url', '--registry'],
  ['build_config.image_name', '--image-name'],
  ['build_config.build_timeout', '--timeout'],
  ['build_config.environment', '--env'],
  ['build_config.build_args', '--build-arg'],
  ['build_config.cache', '--cache'],
  ['build_config.platforms', '--platform'],
];

/** The body of the request. Throws CliError (2) for what the service would refuse, in the words of the command line. */
export function requestOf(repository: string, options: CreateOptions): z.input<typeof BuildBody> {
  const config = {
    ...given('nixpacks_version', options.nixpacksVersion),
    ...given('registry_url', options.registry),
    ...given('image_name', options.imageName),
    ...given('build_timeout', options.timeout),
    ...given('environment', options.env),
    ...given('build_args', options.buildArg),
    ...given('cache', options.cache),
    ...given('platforms', options.platform === undefined ? undefined : [options.platform]),
  };
  const body = {
    repository_id: repository,
    ...given('branch', options.branch),
    ...given('ref', options.ref),
    ...given('commit_sha', options.commit),
    ...given('builder_type', options.builder),
    ...given('image_tag', options.tag),
    ...given('build_config', Object.keys(config).length === 0 ? undefined : config),
  };
  const parsed = BuildBody.safeParse(body);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map((issue) => `${optionOf(issue.path)} ${issueText(issue)}`).join('; ');
  throw new CliError(EXIT.usage, what, 'See: bitflow builds create --help', {
    code: 'invalid_request',
  });
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return value === undefined ? {} : { [name]: value };
}

/** `build_config.environment.9X` is `--env 9X`. */
function optionOf(path: readonly PropertyKey[]): string {
  const text = path.map(String).join('.');
  const [field, option] = OPTION_OF.find(([name]) => text === name || text.startsWith(`${name}.`)) ?? [
    text,
    text,
  ];
  const rest = text.slice(field.length + 1);
  return rest === '' || option === '--platform' ? option : `${option} ${rest}`;
}
