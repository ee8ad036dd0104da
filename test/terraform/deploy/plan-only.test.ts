import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DryRun } from '#test/support/cloud/dry-run.ts';

describe('npm run deploy -- --plan-only', () => {
  let run: DryRun;
  beforeEach(async () => {
    run = await DryRun.start();
  });
  afterEach(() => run.stop());

  it('changes nothing in an empty project, and plans all of it beside a state of its own', async () => {
    const before = structuredClone(run.project);
    const result = await run.deploy('--plan-only');
    expect(result).toMatchObject({ plan_only: true, changes: { add: 13 }, api_url: null, first_team: null });
    expect(run.changes()).toEqual([]);
    expect(run.project).toEqual(before);
    expect(run.asked).toEqual([]);
    expect(run.effects().find((line) => line.includes(' init '))).toBe(
      'terraform -chdir=DIR/.bitflow/deploy/acme-builds/empty-state init -input=false -reconfigure',
    );
    expect(run.said).toContain(
      '  The builder image is not built yet: its digest in this plan is a placeholder.',
    );
  });

  it('changes nothing in a project that is deployed', async () => {
    await run.deploy();
    run.calls.length = 0;
    expect((await run.deploy('--plan-only')).changes).toEqual({ add: 0, change: 0, destroy: 0 });
    expect(run.changes()).toEqual([]);
    expect(run.effects().find((line) => line.includes(' init '))).toContain(
      'bucket=acme-builds-bitflow-state',
    );
  });
});

const gcloud = await execa('gcloud', ['version'], { reject: false });

describe.runIf(gcloud.exitCode === 0)('the real gcloud', () => {
  it('knows every command that was called, and its flags', async () => {
    const run = await DryRun.start();
    await run.deploy();
    await run.stop();
    const lines = run.calls
      .filter(({ tool }) => tool === 'gcloud')
      .map(({ args }) => ['gcloud', ...args].join(' ').replaceAll(run.dir, '/dir'));
    const refused = await Promise.all(
      [...new Set(lines)].map(async (line) => {
        const { stdout } = await execa('gcloud', [
          'meta',
          'lint-gcloud-commands',
          `--command-string=${line}`,
        ]);
        const [{ success, error_message }] = JSON.parse(stdout);
        return success ? [] : [`${line}: ${error_message}`];
      }),
    );
    expect(lines.length).toBeGreaterThan(30);
    expect(refused.flat()).toEqual([]);
  });
});
