import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { protos } from '@google-cloud/cloudbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudBuildOptions } from '#local/cloud-build/options.ts';
import { type Harness, projectId, startHarness } from '#test/support/cloud-build.ts';
import { engineCall } from '#test/support/tiny-image.ts';

let cloud: Harness;
const open: Harness[] = [];
const start = async (overrides: Partial<CloudBuildOptions> = {}) => {
  cloud = await startHarness(overrides);
  open.push(cloud);
  return cloud;
};
vi.setConfig({ testTimeout: 40_000 });
beforeEach(async () => void (await start()), 60_000);
afterEach(async () => {
  for (const harness of open.splice(0)) await harness.close();
}, 60_000);

const hello = 'echo hello; exec sleep 300';
/** until a step has said something: its container runs */
const speaks = (id: string) =>
  vi.waitFor(() => expect(cloud.server.output(id)).not.toEqual([]), { timeout: 20_000, interval: 20 });

describe('a build that succeeds', () => {
  it('goes QUEUED, WORKING, SUCCESS, and every message holds the build of that moment', async () => {
    const build = await cloud.finish(cloud.script('echo hi', { tags: ['t1'], timeout: { seconds: 100 } }));
    expect(cloud.statuses(build.id ?? '')).toEqual(['QUEUED', 'WORKING', 'SUCCESS']);
    const [queued, working, success] = cloud.published.map((message) => message.build);
    expect(queued).toMatchObject({
      id: build.id,
      projectId,
      status: 'QUEUED',
      tags: ['t1'],
      timeout: '100s',
      queueTtl: '3600s',
    });
    expect(queued?.createTime).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(queued).not.toHaveProperty('startTime');
    expect(working).toHaveProperty('startTime');
    expect(working).not.toHaveProperty('finishTime');
    expect(working).not.toHaveProperty('steps.0.status');
    expect(success).toMatchObject({
      status: 'SUCCESS',
      steps: [{ status: 'SUCCESS' }],
      results: { buildStepOutputs: [''] },
    });
    expect(success).toHaveProperty('timing.BUILD.endTime', success?.finishTime);
    expect(build.status).toBe('SUCCESS');
    expect(build.startTime?.seconds).toBeTruthy();
    expect(cloud.errors).toEqual([]);
  });

  it('is an operation that is done with the build as its response', async () => {
    const [operation] = await cloud.client.createBuild({ projectId, build: cloud.script('true') });
    expect(operation.done).toBe(false);
    const [build] = await operation.promise();
    // The client answers names in a Build that it got, and numbers in one that came inside an operation.
    expect(build.status).toBe(protos.google.devtools.cloudbuild.v1.Build.Status.SUCCESS);
  });

  it('replaces parameters in args, env, dir, entrypoint, names and tags, and `$$` is a dollar', async () => {
    const text =
      'echo $$A $$(pwd) ${_WORD} $_WORD $PROJECT_ID $PROJECT_NUMBER $BUILD_ID [$COMMIT_SHA] $lower';
    const build = await cloud.finish({
      steps: [
        {
          name: '${_IMAGE}',
          entrypoint: '/bin/$_SHELL',
          args: ['-c', text],
          env: ['A=${_WORD}!'],
          dir: '$_WORD/in',
        },
      ],
      substitutions: { _IMAGE: cloud.image, _SHELL: 'sh', _WORD: 'w' },
      tags: ['tag-$_WORD', '$TAG_NAME'],
    });
    expect(cloud.server.output(build.id ?? '')).toEqual([
      `w! /workspace/w/in w w ${projectId} 100000000000 ${build.id} []`,
    ]);
    expect(build.tags).toEqual(['tag-w']);
    expect(build.steps?.[0]?.name).toBe(cloud.image);
    expect(build.substitutions).toMatchObject({ _WORD: 'w' });
  });

  it('gives a step its env, the build’s and the worker’s, in that order, and the worker’s mounts', async () => {
    const source = await mkdtemp(path.join(tmpdir(), 'bitflow-mount-'));
    await writeFile(path.join(source, 'file'), 'from the worker');
    await start({
      worker: {
        env: { A: 'worker', B: 'worker', C: 'worker', BUILDER_OUTPUT: '/elsewhere' },
        mounts: [{ source, target: '/mounted', readOnly: true }],
        extraRunArgs: ['--hostname', 'worker-host'],
      },
    });
    const text =
      'echo $A $B $C $BUILDER_OUTPUT $HOME $(cat /etc/hostname); cat /mounted/file; echo; echo x > /mounted/y || echo read-only';
    const request = cloud.script(text, { options: { env: ['A=build', 'B=build'] } });
    const build = await cloud.finish({ ...request, steps: [{ ...request.steps?.[0], env: ['A=step'] }] });
    await rm(source, { recursive: true });
    expect(cloud.server.output(build.id ?? '')).toEqual(
      expect.arrayContaining([
        'step build worker /builder/outputs /builder/home worker-host',
        'from the worker',
        'read-only',
      ]),
    );
  });

  it('shares /workspace between its steps, keeps the first 50 KB of each output, and leaves no file', async () => {
    const sh = (text: string) => ({
      name: cloud.image,
      entrypoint: 'sh',
      args: ['-c', text.replaceAll('$', '$$$$')],
    });
    const build = await cloud.finish({
      steps: [
        sh('echo -n one > $BUILDER_OUTPUT/output; echo kept > /workspace/file'),
        sh('head -c 60000 /dev/zero > $BUILDER_OUTPUT/output; cat file; ls $BUILDER_OUTPUT'),
        sh('ln -s /etc/hostname $BUILDER_OUTPUT/output'),
        sh('true'),
      ],
    });
    const outputs = build.results?.buildStepOutputs?.map((output) => Buffer.from(output));
    expect(outputs?.map((output) => output.length)).toEqual([3, 51_200, 0, 0]);
    expect(outputs?.[0]?.toString()).toBe('one');
    expect(cloud.server.output(build.id ?? '')).toEqual(['kept', 'output']);
    expect(await readdir(cloud.workDir)).toEqual([]);
  });
});

describe('a build that fails', () => {
  it('stops at the step, with its exit code and a detail; the next one stays QUEUED', async () => {
    const [step] = cloud.script('echo -n x > $BUILDER_OUTPUT/output; exit 75').steps ?? [];
    const build = await cloud.finish({ steps: [step ?? {}, step ?? {}] });
    const detail = `Build step failure: build step 0 "${cloud.image}" failed: step exited with non-zero status: 75`;
    expect(build).toMatchObject({
      status: 'FAILURE',
      statusDetail: detail,
      failureInfo: { type: 'USER_BUILD_STEP', detail },
    });
    expect(build.steps).toMatchObject([{ status: 'FAILURE', exitCode: 75 }, { status: 'QUEUED' }]);
    expect(build.results).toBeNull();
    expect(cloud.statuses(build.id ?? '')).toEqual(['QUEUED', 'WORKING', 'FAILURE']);
  });

  it('goes on after a failure that is allowed; allowExitCodes beats allowFailure', async () => {
    const [step] = cloud.script('exit 3').steps ?? [];
    const allowed = await cloud.finish({
      steps: [
        { ...step, allowFailure: true },
        { ...step, allowExitCodes: [3] },
      ],
    });
    expect(allowed).toMatchObject({
      status: 'SUCCESS',
      steps: [{ status: 'FAILURE', exitCode: 3 }, { exitCode: 3 }],
    });
    const refused = await cloud.finish({ steps: [{ ...step, allowFailure: true, allowExitCodes: [4] }] });
    expect(refused.status).toBe('FAILURE');
  });

  it('names an image that is not to be had', async () => {
    const build = await cloud.finish({ steps: [{ name: 'localhost/no-such-image:1' }] });
    expect(build.status).toBe('FAILURE');
    expect(build.statusDetail).toMatch(
      /error pulling build step 0 "localhost\/no-such-image:1": .*(not known|No such image)/,
    );
  });

  it('is INTERNAL_ERROR when the engine cannot be started', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'bitflow-engine-'));
    const engine = { ...cloud.engine, command: path.join(folder, 'engine') };
    await writeFile(engine.command, '#!/bin/sh\n', { mode: 0o755 });
    await start({ engine });
    await rm(engine.command);
    const broken = await cloud.finish(cloud.script('true'));
    expect(broken).toMatchObject({
      status: 'INTERNAL_ERROR',
      statusDetail: expect.stringContaining('ENOENT'),
    });
    await writeFile(engine.command, '#!/bin/sh\n', { mode: 0o755 }); // close asks it for containers
    await cloud.close();
    open.pop();
    await rm(folder, { recursive: true });
  });

  it('says 137 of a step that was killed from outside, and of one over its memory', async () => {
    const id = await cloud.create(cloud.script(hello));
    await speaks(id);
    await engineCall(cloud.engine, ['kill', '--signal', 'KILL', `${cloud.containerPrefix}-${id}-0`]);
    expect(await cloud.reached(id)).toBe('FAILURE');
    const [killed] = await cloud.client.getBuild({ projectId, id });
    expect(killed.statusDetail).toMatch(/non-zero status: 137$/);

    await start({ worker: { memory: '32m' } });
    const hungry = await cloud.finish(cloud.script('exec dd if=/dev/zero of=/dev/null bs=200M count=1'));
    expect(hungry).toMatchObject({ status: 'FAILURE', steps: [{ exitCode: 137 }] });
  });
});
