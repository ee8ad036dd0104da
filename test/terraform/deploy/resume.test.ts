import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StepFailed } from '#ops/cloud/run-steps.ts';
import { STEPS } from '#ops/deploy/steps/index.ts';
import { DryRun, isChange } from '#test/support/cloud/dry-run.ts';
import type { ToolCall } from '#test/support/cloud/stand-ins.ts';
import { applyPlan, readPlan } from '#test/support/cloud/terraform.ts';

const GO_ON = 'npm run deploy -- --var-file prod.tfvars';

/** Which step each call belongs to: what was said last before it. */
async function callsOfSteps(): Promise<{ step: string; index: number; line: string }[]> {
  const run = await DryRun.start();
  const seen: { step: string; index: number; line: string }[] = [];
  run.instead = (call) => {
    const step = run.said.findLast((line) => /^[a-z-]+: /.test(line))?.split(':')[0] ?? '';
    seen.push({ step, index: run.calls.length, line: run.line(call) });
    return undefined;
  };
  await run.deploy();
  await run.stop();
  return seen;
}

const calls = await callsOfSteps();
/** Every call that changes something or plans, and of the steps that only ask, the last call. */
const points = calls.filter(({ step, line }, position) => {
  const [tool = '', ...args] = line.split(' ');
  const isLast = calls.findLastIndex((call) => call.step === step) === position;
  return isLast || isChange({ tool, args, input: '', env: {} }) || / (init|plan) /.test(line);
});

describe('a deployment that failed at any point', () => {
  let run: DryRun;
  beforeEach(async () => {
    run = await DryRun.start();
  });
  afterEach(() => run.stop());

  it('fails in each step that calls a tool', () => {
    const withoutTools = ['bundle', 'first-team'];
    expect(new Set(points.map(({ step }) => step))).toEqual(
      new Set(STEPS.map(({ name }) => name).filter((name) => !withoutTools.includes(name))),
    );
  });

  it.each(points)('in $step, call $index ($line)', async ({ step, index }) => {
    const fail = (call: ToolCall) =>
      run.calls.length === index ? { code: 1, err: `the plug was pulled at ${call.tool}` } : undefined;
    run.instead = fail;
    const error = await run.deploy().then(
      () => null,
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(StepFailed);
    if (!(error instanceof StepFailed)) return;
    expect(error.failure).toMatchObject({ step, go_on: GO_ON, interrupted: false });
    expect(error.failure.next).not.toBe('');

    run.instead = () => undefined;
    const { api_url } = await run.deploy();
    expect(api_url).toBe('https://api.example.com');
    expect([...run.project.secrets.values()]).toEqual([['ENABLED'], ['ENABLED']]);
    expect([...run.project.buckets.values()]).toEqual([
      { versioning_enabled: true, public_access_prevention: 'enforced' },
    ]);
    expect(run.teams).toEqual(['acme']);
  });

  it('applies what is left after an apply that ended half way', async () => {
    run.instead = async ({ tool, args }) => {
      if (tool !== 'terraform' || args[1] !== 'apply' || !args.at(-1)?.endsWith('whole.tfplan'))
        return undefined;
      applyPlan(run.project, await readPlan(args.at(-1) ?? ''), 3);
      return { code: 1, err: 'Error: Error creating Gateway: googleapi: Error 403: no' };
    };
    await expect(run.deploy()).rejects.toThrow('apply: Terraform could not make all of it');
    run.instead = () => undefined;
    const { changes } = await run.deploy();
    expect(changes).toEqual({ add: 4, change: 0, destroy: 0 });
  });

  it('goes on after a Ctrl-C during an apply, which the tool was left to end', async () => {
    run.instead = async ({ tool, args }, tools) => {
      if (tool !== 'terraform' || args[1] !== 'apply' || !args.at(-1)?.endsWith('whole.tfplan'))
        return undefined;
      applyPlan(run.project, await readPlan(args.at(-1) ?? ''), 2);
      tools.interrupt();
      return { code: 1, err: 'Error: execution halted' };
    };
    const error = await run.deploy().catch((error: unknown) => error);
    expect(error).toMatchObject({ failure: { step: 'apply', interrupted: true, go_on: GO_ON } });
    run.instead = () => undefined;
    const { changes } = await run.deploy();
    expect(changes).toEqual({ add: 5, change: 0, destroy: 0 });
  });

  it('says how to unlock a state whose holder was killed', async () => {
    run.instead = ({ tool, args }) =>
      tool === 'terraform' && args[1] === 'plan'
        ? { code: 1, err: 'Error: Error acquiring the state lock' }
        : undefined;
    await expect(run.deploy()).rejects.toMatchObject({
      failure: { step: 'foundation', next: expect.stringContaining('force-unlock') },
    });
  });
});
