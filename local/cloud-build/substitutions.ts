import { invalidArgument } from '../grpc.ts';
import type { RequestedBuild } from './build-request.ts';

/**
 * Substitutions as Google's own code has them: GoogleCloudPlatform/cloud-build-local, subst/subst.go and
 * validate/validate.go; the list of names from cloud.google.com/build/docs/configuring-builds/substitute-variable-values.
 */
export const userKey = /^_[A-Z0-9_]+$/;

/** Names that a request may set although they do not start with an underscore. */
const overridable = ['REPO_NAME', 'BRANCH_NAME', 'TAG_NAME', 'REVISION_ID', 'COMMIT_SHA', 'SHORT_SHA'];
const builtIn = [
  ...overridable,
  'PROJECT_ID',
  'PROJECT_NUMBER',
  'BUILD_ID',
  'LOCATION',
  'SERVICE_ACCOUNT',
  'SERVICE_ACCOUNT_EMAIL',
  'TRIGGER_NAME',
  'TRIGGER_BUILD_CONFIG_PATH',
  'REPO_FULL_NAME',
  'REF_NAME',
];

// `$$` first: it is an escaped dollar also before a name. Lower-case names are the shell's and stay as they are.
const parameter = /\$(?:\$|\{([A-Z_][A-Z0-9_]*)\}|([A-Z_][A-Z0-9_]*))/g;

const keysIn = (text: string): string[] =>
  [...text.matchAll(parameter)].flatMap(([, braced, bare]) => braced ?? bare ?? []);

/** Every text of a build in which parameters count. */
const texts = (build: RequestedBuild): string[] => [
  ...build.steps.flatMap((step) => [step.name, ...step.args, ...step.env, step.dir, step.entrypoint]),
  ...build.tags,
  ...build.options.env,
];

/**
 * Refuses what does not match: a name that is neither built in nor a user's, whatever the options say; and, unless
 * the build says ALLOW_LOOSE, a user's name without a value and a value that nothing uses.
 */
export const checkSubstitutions = (build: RequestedBuild): void => {
  for (const key of Object.keys(build.substitutions)) {
    if (userKey.test(key) || overridable.includes(key)) continue;
    throw invalidArgument(
      `invalid build: invalid .substitutions field: substitution key "${key}" does not respect format ` +
        `"${userKey.source}" and is not an overridable built-in substitutions`,
    );
  }
  const used = new Set(texts(build).flatMap(keysIn));
  const known = new Set(Object.keys(build.substitutions));
  const problems: string[] = [];
  for (const key of used) {
    if (known.has(key)) continue;
    if (userKey.test(key))
      problems.push(`key in the template "${key}" is not matched in the substitution data`);
    else if (!builtIn.includes(key)) {
      throw invalidArgument(
        `invalid value for 'build.substitutions': key in the template "${key}" is not a valid built-in substitution`,
      );
    }
  }
  for (const key of known) {
    if (!used.has(key)) problems.push(`key "${key}" in the substitution data is not matched in the template`);
  }
  if (problems.length > 0 && build.options.substitutionOption !== 'ALLOW_LOOSE') {
    throw invalidArgument(problems.join(';'));
  }
};

/** The build with every parameter replaced; one without a value becomes the empty text, as in the real service. */
export const substitute = (
  build: RequestedBuild,
  values: Readonly<Record<string, string>>,
): RequestedBuild => {
  const all = new Map([...Object.entries(values), ...Object.entries(build.substitutions)]);
  const replace = (text: string) =>
    text.replace(parameter, (match, braced?: string, bare?: string) =>
      match === '$$' ? '$' : (all.get(braced ?? bare ?? '') ?? ''),
    );
  return {
    ...build,
    steps: build.steps.map((step) => ({
      ...step,
      name: replace(step.name),
      args: step.args.map(replace),
      env: step.env.map(replace),
      dir: replace(step.dir),
      entrypoint: replace(step.entrypoint),
    })),
    tags: [...new Set(build.tags.map(replace).filter((tag) => tag !== ''))],
    options: { ...build.options, env: build.options.env.map(replace) },
  };
};
