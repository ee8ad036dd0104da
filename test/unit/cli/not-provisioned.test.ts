import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '#core/api/examples.ts';
import { aCommand } from './resource-command.ts';

const CREATE = ['teams', 'create', 'rockets', '--admin', 'wile@rockets.example'];
const only = (...prefixes: string[]) => aCommand({ provisioned: new Set(prefixes) });

describe('a team without registries', () => {
  test('is made, and whoever made it is told what is left to do', async () => {
    const { code, stdout, stderr } = await (await only('acme')).as('operator', CREATE);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^registries\tnone yet: its builds are refused$/m);
    expect(stderr).toContain('add rockets to teams in the environment’s tfvars file, and deploy');
  });

  test('is told so when it builds, and what to look at', async () => {
    const said = await (await only('other')).run(['builds', 'create', EXAMPLE.repository]);
    expect(said).toMatchObject({ code: 1, stdout: '' });
    expect(said.stderr).toMatch(/adds acme to teams .*, and deploys\n/);
    expect(said.stderr).toContain('bitflow teams show');
  });

  test.each([[['acme', 'rockets']], [['rockets']]])('is none that is among %j', async (prefixes) => {
    const { code, stdout, stderr } = await (await only(...prefixes)).as('operator', CREATE);
    expect({ code, told: /registries|tfvars/.test(stdout + stderr) }).toEqual({ code: 0, told: false });
  });
});
