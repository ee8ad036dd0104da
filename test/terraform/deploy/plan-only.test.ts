import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';
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
      'terraform -chdir=DIR/.bitflow/deploy/acme-builds/empty-state/terraform init -input=false -reconfigure',
    );
    expect(run.said).toContain(
      '  The builder image is not built yet: its digest in this plan is a placeholder.',
    );
  });

  it('plans what is there in full: Terraform finds every file that the configuration reads', async () => {
    await run.deploy('--plan-only');
    const { command, env } = inject('terraform');
    const cwd = join(run.dir, '.bitflow/deploy/acme-builds/empty-state/terraform');
    const validated = async () => {
      await execa(command, ['init', '-input=false', '-no-color'], { cwd, env });
      return execa(command, ['validate', '-no-color'], { cwd, env, reject: false, all: true });
    };
    expect((await validated()).all).toContain('Success! The configuration is valid');
  });

  it('takes the example of an environment, as it stands and with all that is a comment in it', async () => {
    const example = await readFile(join(ROOT, 'env/example.tfvars'), 'utf8');
    await run.set(example);
    expect(await run.deploy('--plan-only')).toMatchObject({ project: 'acme-builds', region: 'europe-west1' });
    await run.set(example.replaceAll(/^# (?=( {2})?[a-z_]+ += |\})/gm, ''));
    await run.deploy('--plan-only', '--skip-check', 'sign-in', '--skip-check', 'firestore-location');
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

const Verdicts = z.array(
  z.object({ command_string: z.string(), success: z.boolean(), error_message: z.string().nullable() }),
);
const gcloud = await execa('gcloud', ['version'], { reject: false });

describe.runIf(gcloud.exitCode === 0)('the real gcloud', () => {
  it('knows every command that was called, and its flags', async () => {
    const run = await DryRun.start();
    await run.deploy();
    const lines = run.calls
      .filter(({ tool }) => tool === 'gcloud')
      .map(({ args }) => ['gcloud', ...args].join(' ').replaceAll(run.dir, '/dir'));
    const file = join(run.dir, 'commands.json');
    await writeFile(file, JSON.stringify([...new Set(lines)].map((line) => ({ command_string: line }))));
    const { stdout } = await execa('gcloud', ['meta', 'lint-gcloud-commands', `--commands-file=${file}`]);
    await run.stop();
    const refused = Verdicts.parse(JSON.parse(stdout)).filter(({ success }) => !success);
    expect(lines.length).toBeGreaterThan(30);
    expect(refused).toEqual([]);
  });
});
