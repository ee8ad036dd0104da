import { escapeRegExp } from '../../regexp.ts';
import { ASSETS_CONTEXT } from '../builder.ts';
import type { Variables } from './variables.ts';

/** A comment that nixpacks writes before each phase's lines. */
const PHASE = /^# (.+) phase$/;

/** Phases that run the app's own commands. Setup only gets the machine ready and needs no secret of the app. */
const needsSecrets = (phase: string | null) => phase !== null && !/(?:^|:)setup$/.test(phase);

/**
 * Rewrites the Dockerfile that nixpacks 1.41 generates (it alone: this is no parser of Dockerfiles).
 *
 * - `ARG`/`ENV` of all variables become `ARG` of all and `ENV` of the run-time ones, in the last stage too.
 * - Commands of the phases after setup get each secret as a mount that is an environment variable
 *   while they run, and nowhere else.
 * - Files that nixpacks generated come from a context of their own, so the checkout stays as it is.
 *
 * Throws where the text is not what it knows, rather than to let a value pass into an image.
 */
export function rewriteDockerfile(
  text: string,
  variables: Variables,
  secretNames: readonly string[],
): string {
  const mounts = secretNames
    .map((name) => `--mount=type=secret,id=${name},env=${name},required=true `)
    .join('');
  const declared = declarations(variables);
  const lines = text.split('\n');
  const argAt = lines.findIndex((line) => line.startsWith('ARG '));
  const envAt = argAt < 0 ? -1 : argAt + 1;
  if (argAt >= 0 && !/^ENV \w+=\$\w+/.test(lines[envAt] ?? ''))
    throw new Error('ARG without ENV: unknown nixpacks Dockerfile');

  // A plan without variables has no such lines: build arguments without a value are declared before its phases.
  const declareAt = argAt < 0 ? lines.findIndex((line) => PHASE.test(line)) : -1;
  let phase: string | null = null;
  const out = lines.flatMap((line, at) => {
    phase = line === '# start' ? null : (PHASE.exec(line)?.[1] ?? phase);
    if (at === argAt) return declared.all;
    if (at === declareAt) return [...declared.all, line];
    if (at === envAt) return [];
    if (line.startsWith('FROM ') && at > envAt && envAt > 0) return [line, ...declared.runtime];
    if (line.startsWith('COPY .nixpacks/')) return [line.replace('COPY ', `COPY --from=${ASSETS_CONTEXT} `)];
    if (line.startsWith('RUN ') && needsSecrets(phase) && !isNixpacksOwn(line)) {
      return [`RUN ${mounts}${line.slice('RUN '.length).trimStart()}`];
    }
    return [line];
  });
  const result = tidy(out);
  assertNoSecret(result, secretNames);
  return result;
}

/** The phases of a Dockerfile that nixpacks generated, in their order. */
export function phasesOf(dockerfile: string): string[] {
  return dockerfile.split('\n').flatMap((line) => PHASE.exec(line)?.[1] ?? []);
}

/** The phase that a line of a rewritten Dockerfile belongs to (1-based, as BuildKit counts). */
export function phaseAt(dockerfile: string, line: number): string | null {
  const before = dockerfile.split('\n').slice(0, line);
  return before.map((text) => PHASE.exec(text)?.[1]).findLast((name) => name !== undefined) ?? null;
}

function declarations({ runtime, build }: Variables): { all: string[]; runtime: string[] } {
  const args = [...runtime, ...build].sort();
  const env = runtime.length === 0 ? [] : [`ENV ${runtime.map((name) => `${name}=$${name}`).join(' ')}`];
  return {
    all: [...(args.length === 0 ? [] : [`ARG ${args.join(' ')}`]), ...env],
    runtime: [...(runtime.length === 0 ? [] : [`ARG ${runtime.join(' ')}`]), ...env],
  };
}

/** The login shell's PATH, which nixpacks writes after the phases. */
function isNixpacksOwn(line: string): boolean {
  return line.startsWith(String.raw`RUN printf '\nPATH=`);
}

/** The last line of defence: no ARG or ENV may name a secret. */
function assertNoSecret(dockerfile: string, secretNames: readonly string[]): void {
  for (const line of dockerfile.split('\n')) {
    if (!/^(?:ARG|ENV)\s/i.test(line)) continue;
    const leaked = secretNames.find((name) => new RegExp(`\\b${escapeRegExp(name)}\\b`).test(line));
    if (leaked) throw new Error(`the generated Dockerfile would keep the secret ${leaked} in the image`);
  }
}

function tidy(lines: readonly string[]): string {
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}
