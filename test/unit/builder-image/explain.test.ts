import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainBuildkit } from '#builder/explain.ts';
import { ProgressReader } from '#builder/progress.ts';
import { aPlan } from './support/plan-input.ts';

const PLAN = aPlan();

/** Reads a recording of `buildctl build --progress rawjson` 0.28.1 as the executor would. */
function explain(recording: string, plan = PLAN, trusted = true) {
  const reader = new ProgressReader({ output: () => {}, say: () => {}, onExport: () => {} });
  reader.write(readFileSync(new URL(`recorded/${recording}.txt`, import.meta.url)));
  const { code, fault, message } = explainBuildkit({ ...reader.end(), code: 1 }, plan, trusted);
  return { code, fault, message };
}

describe('what buildctl says', () => {
  it('of a secret that a fork does not get says why', () => {
    expect(explain('secret-missing', PLAN, false)).toMatchObject({
      code: 'secret_missing',
      message: 'The build needs the secret NPM_TOKEN, and a build of a fork gets no secrets.',
    });
  });

  it.each([
    [
      'parse-error',
      'dockerfile_invalid',
      'user',
      'The Dockerfile is not valid: dockerfile parse error on line 2: unknown instruction: RNU',
    ],
    ['bad-flag', 'dockerfile_invalid', 'user', 'parse error on line 2: unknown flag: --mont'],
    ['env-noargs', 'dockerfile_invalid', 'user', 'line 3: ENV requires at least one argument'],
    ['bad-ref', 'dockerfile_invalid', 'user', 'FROM requires either one or three arguments'],
    ['empty', 'dockerfile_invalid', 'user', 'cannot be empty'],
    ['no-from', 'dockerfile_invalid', 'user', 'no build stage'],
    ['no-such-file', 'dockerfile_invalid', 'user', 'failed to read dockerfile'],
    ['target-missing', 'dockerfile_invalid', 'user', 'target stage "nope" could not be found'],
    ['base-not-found', 'base_image_unavailable', 'user', 'nosuch/x:1'],
    ['from-missing', 'base_image_unavailable', 'user', 'nope'],
    ['frontend-missing', 'base_image_unavailable', 'user', 'nosuch/frontend:1'],
    ['base-registry-down', 'base_image_unavailable', 'transient', 'connection refused'],
    [
      'copy-missing',
      'build_failed',
      'user',
      'The Dockerfile copies /nosuch, which is not in the build context',
    ],
    [
      'run-failed',
      'build_failed',
      'user',
      'Line 2 of the Dockerfile failed: `echo one "two" && exit 3` ended with exit code 3.',
    ],
    ['killed', 'build_failed', 'user', 'out of memory'],
    ['secret-missing', 'secret_missing', 'user', 'The build needs the secret NPM_TOKEN, which is not set'],
    ['push-refused', 'registry_unavailable', 'transient', 'could not be pushed'],
    ['push-unavailable', 'registry_unavailable', 'transient', '503'],
    ['push-denied', 'registry_unavailable', 'bug', '403'],
    ['disk-full', 'disk_full', 'transient', 'disk space'],
    ['engine-gone', 'internal', 'transient', 'BuildKit'],
  ])('%s is %s, %s', (recording, code, fault, part) => {
    expect(explain(recording)).toEqual({ code, fault, message: expect.stringContaining(part) });
  });

  it.each([
    ['install', 'install_failed'],
    ['python:install', 'install_failed'],
    ['build', 'build_failed'],
    ['release', 'build_failed'],
  ])('a failing command of the %s phase of nixpacks is %s', (phase, code) => {
    const text = `# ${phase} phase\nRUN echo one "two" && exit 3\n`;
    const { message, ...rest } = explain('run-failed', {
      ...PLAN,
      builder: 'nixpacks',
      dockerfile: { path: null, text, ignore: null },
    });
    expect(rest).toEqual({ code, fault: 'user' });
    expect(message).toMatch(new RegExp(`^The ${phase} phase failed: \`echo one`));
  });

  it('keeps the steps, their output and its own words for the log', () => {
    const said: string[] = [];
    const output: string[] = [];
    const listener = {
      output: (_: unknown, bytes: Buffer) => void output.push(bytes.toString()),
      onExport: () => {},
    };
    const reader = new ProgressReader({ ...listener, say: (line) => said.push(line) });
    const bytes = readFileSync(new URL('recorded/disk-full.txt', import.meta.url));
    for (let at = 0; at < bytes.length; at += 7) reader.write(bytes.subarray(at, at + 7));
    reader.end();
    expect(output.join('')).toMatch(/No space left on device/);
    expect(said).toContain('[2/2] RUN head -c 300M /dev/zero > /big');
    expect(said.join('\n')).toContain('error: failed to solve');
  });

  it('does not tell again what a second call finds done, but what it does', () => {
    const said: string[] = [];
    const steps: unknown[] = [];
    const onExport = () => said.push('(export)');
    const output = (step: unknown) => steps.push(step);
    const reader = new ProgressReader({ output, say: (line) => said.push(line), onExport });
    const line = (status: object) => reader.write(Buffer.from(`${JSON.stringify(status)}\n`));
    const step = { digest: 'sha256:1', name: '[1/1] RUN make', started: 'now' };
    line({ vertexes: [step] });
    line({ logs: [{ vertex: step.digest, data: '' }] });
    line({ vertexes: [{ digest: 'sha256:2', name: 'exporting to oci image format', started: 'now' }] });
    reader.write(Buffer.from('error: the first call\n'));
    expect(reader.end().text).toBe('error: the first call');
    line({ vertexes: [{ ...step, completed: 'now', cached: true }] });
    line({ vertexes: [{ digest: 'sha256:3', name: 'exporting to image', started: 'now' }] });
    expect(reader.end()).toEqual({ text: '', failedStep: null });
    expect(said).toEqual([
      '[1/1] RUN make',
      'exporting to oci image format',
      'error: the first call',
      '(export)',
      'exporting to image',
    ]);
    expect(steps).toEqual([{ id: 'sha256:1', name: '[1/1] RUN make' }]);
  });

  it('counts the steps that are done, and those that a cache had, once', () => {
    const reader = new ProgressReader({ output: () => {}, say: () => {}, onExport: () => {} });
    const done = (digest: string, name: string, more = {}) =>
      reader.write(
        Buffer.from(`${JSON.stringify({ vertexes: [{ digest, name, completed: 'now', ...more }] })}\n`),
      );
    done('sha256:0', '[internal] load build definition from Dockerfile');
    done('sha256:1', '[stage-0 1/4] FROM docker.io/library/node:24', { cached: true });
    done('sha256:2', '[stage-0 2/4] COPY . .', { cached: true });
    done('sha256:2', '[stage-0 2/4] COPY . .');
    done('sha256:3', '[build 2/2] RUN make');
    done('sha256:4', '[stage-0 3/4] RUN false', { error: 'exit code: 1' });
    done('sha256:5', 'exporting to image');
    expect(reader.steps).toEqual({ total: 2, cached: 1 });
    reader.end();
    // A second call finds what the first one made.
    done('sha256:3', '[build 2/2] RUN make', { cached: true });
    expect(reader.steps).toEqual({ total: 2, cached: 1 });
  });
});
