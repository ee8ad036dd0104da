import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DryRun, TFVARS } from '#test/support/cloud/dry-run.ts';

const UNPROTECTED = `${TFVARS}\ndelete_protection = false`;

describe('npm run destroy', () => {
  let run: DryRun;
  beforeEach(async () => {
    run = await DryRun.start();
    await run.deploy();
    run.calls.length = 0;
    run.asked.length = 0;
    run.answers = () => 'acme-builds';
  });
  afterEach(() => run.stop());

  it('refuses while delete_protection is on, before it asks anything of anybody', async () => {
    await expect(run.destroy()).rejects.toMatchObject({
      failure: {
        step: 'protection',
        message: 'delete_protection is on in prod.tfvars',
        next: expect.stringContaining('npm run deploy -- --var-file prod.tfvars'),
      },
    });
    expect(run.calls).toEqual([]);
  });

  it('refuses while what is deployed is protected', async () => {
    await run.set(UNPROTECTED);
    await expect(run.destroy()).rejects.toMatchObject({
      failure: { step: 'deployed-protection', next: 'npm run deploy -- --var-file prod.tfvars' },
    });
    expect(run.changes()).toEqual([]);
    expect(run.effects().filter((line) => line.includes(' plan '))).toEqual([]);
  });

  it('deletes it after the project was typed, by the plan that was shown', async () => {
    await run.set(UNPROTECTED);
    run.project.deleteProtection = false;
    const { changes, left } = await run.destroy();
    expect(changes).toEqual({ add: 0, change: 0, destroy: 13 });
    expect([...run.project.applied]).toEqual([]);
    expect(run.asked).toEqual([
      'Delete all of this (0 to add, 0 to change, 13 to destroy), with every image and build? Type acme-builds to go on: ',
    ]);
    expect(run.changes()).toEqual([
      'terraform -chdir=DIR/terraform apply -input=false DIR/.bitflow/deploy/acme-builds/destroy.tfplan',
    ]);
    expect(left[0]).toContain('gs://acme-builds-bitflow-state');
  });

  it('bundles before it plans, in a fresh checkout too: a plan reads what is deployed', async () => {
    await run.set(UNPROTECTED);
    run.project.deleteProtection = false;
    const bundles = join(run.dir, 'dist/deploy');
    await rm(bundles, { recursive: true });
    const wasThere: boolean[] = [];
    run.instead = ({ tool, args }) => {
      if (tool === 'terraform' && args.includes('-destroy')) wasThere.push(existsSync(bundles));
      return undefined;
    };
    await run.destroy();
    expect(wasThere).toEqual([true]);
  });

  it('deletes nothing after another word, and nothing with --plan-only', async () => {
    await run.set(UNPROTECTED);
    run.project.deleteProtection = false;
    run.answers = () => 'yes';
    await expect(run.destroy('--yes')).rejects.toThrow('destroy: that was not acme-builds');
    expect((await run.destroy('--plan-only')).changes.destroy).toBe(13);
    expect(run.changes()).toEqual([]);
  });

  it('goes on where it ended half way', async () => {
    await run.set(UNPROTECTED);
    run.project.deleteProtection = false;
    run.instead = ({ args }) => {
      if (args[1] !== 'apply') return undefined;
      for (const address of [...run.project.applied].slice(0, 5)) run.project.applied.delete(address);
      return { code: 1, err: 'Error: Error when reading or editing Gateway: 409' };
    };
    await expect(run.destroy()).rejects.toMatchObject({
      failure: { step: 'destroy', go_on: 'npm run destroy -- --var-file prod.tfvars' },
    });
    run.instead = () => undefined;
    expect((await run.destroy()).changes.destroy).toBe(8);
    expect([...run.project.applied]).toEqual([]);
  });

  it('says so where there is no state', async () => {
    await run.set(UNPROTECTED);
    run.project.buckets.clear();
    await expect(run.destroy()).rejects.toThrow('init: acme-builds has no bucket acme-builds-bitflow-state');
  });
});
