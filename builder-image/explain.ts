import type { BuildErrorCode } from '#core/build.ts';
import type { Fault } from '#core/events.ts';
import type { BuildPlan } from './builders/builder.ts';
import { phaseAt } from './builders/nixpacks/rewrite.ts';
import { BuildFailure, DISK_FULL } from './failure.ts';
import type { Said } from './progress.ts';

const MAX_COMMAND = 300;
const MAX_SENTENCE = 1000;

interface Rule {
  readonly pattern: RegExp;
  readonly code: BuildErrorCode;
  readonly fault: Fault;
  /** Its sentence for the user, from buildctl's own and the pattern's match. */
  readonly message: (sentence: string, match: RegExpExecArray, trusted: boolean) => string;
}

const cannotPush = (sentence: string) => `The image could not be pushed: ${sentence}`;
const cannotLoad = (sentence: string) => `A base image could not be loaded: ${sentence}`;
const notValid = (sentence: string) => `The Dockerfile is not valid: ${sentence}`;
const AWAY = /connection refused|i\/o timeout|no such host|TLS handshake|\b5\d\d [A-Z]|toomanyrequests|429/
  .source;

/** What buildctl 0.28 says when it fails, the first that fits counts. test/unit holds recordings of each. */
const RULES: readonly Rule[] = [
  { pattern: /no space left on device/i, code: 'disk_full', fault: 'transient', message: () => DISK_FULL },
  {
    pattern: /secret (\S+): not found/,
    code: 'secret_missing',
    fault: 'user',
    message: (_, [, name], trusted) =>
      trusted
        ? `The build needs the secret ${name}, which is not set for this repository.`
        : `The build needs the secret ${name}, and a build of a fork gets no secrets.`,
  },
  {
    pattern: /failed to push.*\b(?:401|403)\b/,
    code: 'registry_unavailable',
    fault: 'bug',
    message: cannotPush,
  },
  { pattern: /failed to push/, code: 'registry_unavailable', fault: 'transient', message: cannotPush },
  {
    pattern: new RegExp(`failed to resolve source metadata.*(?:${AWAY})`),
    code: 'base_image_unavailable',
    fault: 'transient',
    message: cannotLoad,
  },
  {
    pattern: /failed to resolve source metadata|pull access denied/,
    code: 'base_image_unavailable',
    fault: 'user',
    message: cannotLoad,
  },
  {
    pattern: /dockerfile parse error|Dockerfile cannot be empty/,
    code: 'dockerfile_invalid',
    fault: 'user',
    message: notValid,
  },
  {
    pattern: /target stage .* could not be found|no build stage in|failed to read dockerfile|failed to parse/,
    code: 'dockerfile_invalid',
    fault: 'user',
    message: notValid,
  },
  {
    pattern: /failed to (?:compute cache key|calculate checksum).*"([^"]+)": not found/,
    code: 'build_failed',
    fault: 'user',
    message: (_, [, path]) =>
      `The Dockerfile copies ${path}, which is not in the build context (or .dockerignore leaves it out).`,
  },
  {
    pattern: /failed to list workers|error reading from server|transport is closing|code = Unavailable/,
    code: 'internal',
    fault: 'transient',
    message: (sentence) => `The connection to BuildKit broke: ${sentence}`,
  },
];

/**
 * What buildctl's end means to the person who pushed.
 * @param trusted whether the build was given the repository's secrets.
 */
export function explainBuildkit(
  said: Said & { readonly code: number | null },
  plan: BuildPlan,
  trusted: boolean,
): BuildFailure {
  const { text, failedStep } = said;
  const last = (text.match(/^error: ([\s\S]*)/m)?.[1] ?? text.trim().split('\n').at(-1) ?? '').replace(
    /^failed to solve: /,
    '',
  );
  const command = /^process "((?:[^"\\]|\\.)*)" did not complete successfully: (.*)/.exec(last);
  if (command && failedStep?.noSpace) return new BuildFailure('disk_full', DISK_FULL, { fault: 'transient' });
  if (command) return commandFailed(command[1] ?? '', command[2] ?? '', text, plan);
  const sentence = shorten(last.split('\n')[0] ?? '', MAX_SENTENCE);
  for (const { pattern, code, fault, message } of RULES) {
    const match = pattern.exec(last);
    if (match) return new BuildFailure(code, message(sentence, match, trusted), { fault });
  }
  if (said.code === null) {
    const message = 'buildctl was ended by a signal: the build machine may be out of memory.';
    return new BuildFailure('internal', message, { fault: 'transient' });
  }
  return new BuildFailure('build_failed', `The build failed: ${sentence}`);
}

/** A RUN step failed: in nixpacks's Dockerfile its line tells which phase it belongs to. */
function commandFailed(quoted: string, how: string, text: string, plan: BuildPlan): BuildFailure {
  const line = Number(/^\S+:(\d+)$/m.exec(text)?.[1] ?? 0);
  const phase = plan.builder === 'nixpacks' ? phaseAt(plan.dockerfile.text, line) : null;
  const command = shorten(
    quoted.replaceAll('\\"', '"').replace(/^\/bin\/(?:ba)?sh -\S* (?:pipefail -c )?/, ''),
    MAX_COMMAND,
  );
  const end = how.replace('exit code: ', 'exit code ');
  const killed = end.includes('137') ? ' It was killed: the build machine may be out of memory.' : '';
  const where = phase ? `The ${phase} phase failed` : `Line ${line} of the Dockerfile failed`;
  const code = phase !== null && /(?:^|:)(?:install|setup)$/.test(phase) ? 'install_failed' : 'build_failed';
  return new BuildFailure(
    code,
    `${where}: \`${command}\` ended with ${end}.${killed} The log has its output.`,
  );
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
