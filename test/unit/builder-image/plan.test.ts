import { describe, expect, it } from 'vitest';
import { type CheckoutRequest, describePlan, planCheckout } from '#builder/plan.ts';
import { type BuildConfig, DEFAULT_CONFIG } from '#core/build-config.ts';
import { Plan } from '#core/plan.ts';
import { folderWith } from './support/folder.ts';
import { realTools } from './support/plan-input.ts';

const NODE = {
  'package.json': JSON.stringify({ name: 'x', scripts: { build: 'node b.js', start: 'node server.js' } }),
};
const DOCKERFILE = { Dockerfile: 'FROM x AS first\nRUN y\nFROM z\n' };

async function plan(files: Record<string, string>, fields: Partial<CheckoutRequest> = {}) {
  return planCheckout(await folderWith(files), {
    ...{ rootDirectory: '.', requested: 'auto', repository: 'acme/shop', config: DEFAULT_CONFIG },
    ...{ secretNames: [], tools: realTools() },
    ...fields,
  });
}
const config = (fields: Partial<BuildConfig>) => ({ config: { ...DEFAULT_CONFIG, ...fields } });

describe('the plan of a checkout', () => {
  it('says what would be built and why, with names and no values', async () => {
    const fields = { environment: { GREETING: 'value-1' }, build_args: { MODE: 'value-2' } };
    const planned = await plan(NODE, { ...config(fields), secretNames: ['API_KEY'] });
    const described = describePlan(planned);
    expect(Plan.strict().parse(described)).toEqual(described);
    expect(described).toMatchObject({
      builder: 'nixpacks',
      reason: 'nixpacks recognises node',
      rejected: [{ builder: 'dockerfile', reason: 'there is no Dockerfile' }],
      start: 'npm run start',
      variables: { runtime: expect.arrayContaining(['GREETING']), build: expect.arrayContaining(['MODE']) },
      secrets: ['API_KEY'],
      dockerfile: { path: null },
    });
    expect(described.phases.map(({ name }) => name)).toEqual(['setup', 'install', 'build']);
    expect(described.phases.at(-1)?.commands).toEqual(['npm run build']);
    expect(JSON.stringify(described)).not.toMatch(/value-\d/);
  });

  it('is the same again', async () => {
    const fields = config({ environment: { A: '1' }, build_args: { B: '2' } });
    const [one, two] = await Promise.all([plan(NODE, fields), plan(NODE, fields)]);
    expect(one.plan).toEqual(two.plan);
  });

  it('shows the repository’s own Dockerfile as it is, or with the environment', async () => {
    const own = describePlan(await plan(DOCKERFILE));
    expect(own.dockerfile).toEqual({ path: 'Dockerfile', text: DOCKERFILE.Dockerfile });
    const changed = describePlan(await plan(DOCKERFILE, config({ environment: { A: '1' } })));
    expect(changed.dockerfile).toEqual({
      path: null,
      text: `${DOCKERFILE.Dockerfile}ARG BITFLOW_ENV_A\nENV A=$BITFLOW_ENV_A\n`,
    });
  });

  it('puts the arguments of the build over those of the repository', async () => {
    const files = { ...DOCKERFILE, 'bitflow.toml': '[dockerfile.args]\nA = "theirs"\nB = "theirs"\n' };
    const { plan: planned } = await plan(files, config({ build_args: { A: 'ours', C: 'ours' } }));
    expect(planned.buildArgs).toEqual({ A: 'ours', B: 'theirs', C: 'ours' });
  });

  it.each([
    ['a variable with the name of a secret', { environment: { API_KEY: '1' } }],
    ['a build argument with the name of a secret', { build_args: { API_KEY: '1' } }],
    ['an order to BuildKit', { build_args: { buildkit_syntax: '1' } }],
    ['the argument that carries the environment', { build_args: { BITFLOW_ENV_A: '1' } }],
  ] as const)('refuses %s', async (_, fields) => {
    const planning = plan(NODE, { ...config(fields), secretNames: ['API_KEY'] });
    await expect(planning).rejects.toMatchObject({ code: 'config_invalid', fault: 'user' });
  });

  it('warns of a nixpacks version that nothing asks for', async () => {
    const { plan: planned } = await plan(DOCKERFILE, config({ nixpacks_version: '1.41.0' }));
    expect(planned.warnings).toEqual([expect.stringContaining('nixpacks_version')]);
  });

  it('tells of the builder before the plan fails', async () => {
    const told: string[] = [];
    const onChoice: CheckoutRequest['onChoice'] = ({ builder }) => void told.push(builder.type);
    await expect(plan({ 'package.json': '{"name":"x"}' }, { onChoice })).rejects.toMatchObject({
      code: 'config_invalid',
    });
    expect(told).toEqual(['nixpacks']);
  });

  it('refuses commands where a Dockerfile says them', async () => {
    const planning = plan(DOCKERFILE, { commands: { build: 'make' } });
    await expect(planning).rejects.toMatchObject({ code: 'config_invalid' });
  });

  describe('of a Dockerfile that the build names', () => {
    const files = {
      ...NODE,
      ...DOCKERFILE,
      'api.Dockerfile': 'FROM x AS base\nFROM base AS prod\n',
      'bitflow.toml': '[dockerfile]\npath = "Dockerfile"\ntarget = "first"\n[dockerfile.args]\nA = "1"\n',
    };
    const asked = (path: string | null, target: string | null) => config({ dockerfile: { path, target } });

    it('comes over the file, with its own stage', async () => {
      const named = await plan(files, asked('api.Dockerfile', 'prod'));
      expect(named.plan).toMatchObject({
        dockerfile: { path: 'api.Dockerfile', text: files['api.Dockerfile'] },
        target: 'prod',
        buildArgs: { A: '1' },
      });
      expect(named.choice.reason).toBe('the build asks for api.Dockerfile');
      expect((await plan(files, asked('api.Dockerfile', null))).plan.target).toBeNull();
    });

    it('takes from the file what it leaves out', async () => {
      expect((await plan(files, asked('Dockerfile', null))).plan.target).toBe('first');
      expect((await plan(files, asked(null, 'other'))).plan).toMatchObject({
        dockerfile: { path: 'Dockerfile' },
        target: 'other',
      });
      expect((await plan(files)).plan).toMatchObject({ target: 'first' });
    });

    it('is for its builder, whatever else would fit', async () => {
      const toml = { ...files, 'bitflow.toml': 'builder = "nixpacks"\n' };
      expect((await plan(toml, asked('api.Dockerfile', null))).choice.builder.type).toBe('dockerfile');
      await expect(plan(NODE, asked('api.Dockerfile', null))).rejects.toMatchObject({ code: 'no_builder' });
      const other = plan(files, { ...asked('api.Dockerfile', null), requested: 'nixpacks' });
      await expect(other).rejects.toMatchObject({ code: 'config_invalid', fault: 'user' });
    });
  });
});
