import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { ROOT } from '#local/root.ts';
import { which } from '#local/setup/run.mjs';
import { repositoryOfCheckout } from '#test/support/checkout.ts';
import { signedIn } from '#test/support/cli/signed-in.ts';
import manifest from '../../../package.json' with { type: 'json' };

const MINUTE = 60_000;
const info = inject('stack');
const version = `${manifest.version}\n`;

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-install-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the npm package', () => {
  beforeAll(async () => {
    await execa(process.execPath, ['local/cli-package.mjs'], { cwd: ROOT });
  });

  test('installs globally from its archive, and needs nothing beside it', async () => {
    const home = await temporaryFolder();
    const npm = (args: string[]) => execa('npm', args, { cwd: home, env: { HOME: home } });
    await npm(['pack', '--silent', join(ROOT, 'dist/package')]);
    const prefix = join(home, 'prefix');
    const archive = `bitflow-${manifest.version}.tgz`;
    await npm(['install', '--global', '--offline', '--silent', '--prefix', prefix, join(home, archive)]);

    // Every Node of this machine, the newest of ours among them.
    const nodes = [...new Set([process.execPath, ...which('node')])];
    for (const node of nodes) {
      const bitflow = (...args: string[]) =>
        execa(node, [join(prefix, 'bin/bitflow'), ...args], {
          cwd: home,
          env: { ...signedIn(info, home), PATH: process.env.PATH ?? '' },
          extendEnv: false,
          stripFinalNewline: false,
        });
      expect((await bitflow('--version')).stdout, node).toBe(version);
      expect((await bitflow('--help')).stdout, node).toContain('repos');
      expect((await bitflow('repos', 'init', '--list')).stdout, node).toContain('pytorch-training');
      expect(JSON.parse((await bitflow('whoami', '--json')).stdout), node).toMatchObject({ kind: 'token' });
    }
  });

  test('carries the licence of every library that is in it', async () => {
    const notices = await readFile(join(ROOT, 'dist/package/THIRD-PARTY-NOTICES'), 'utf8');
    for (const library of ['commander', 'zod', 'picocolors', 'string-width'])
      expect(notices).toMatch(new RegExp(`^${library} \\d+\\.\\d+\\.\\d+ \\((?:MIT|ISC)\\)$`, 'm'));
    expect(notices).toContain('Permission is hereby granted');
  });
});

test(
  'npx in a fresh clone installs what it needs first, once for two at once, and says so on stderr only',
  async () => {
    const folder = await temporaryFolder();
    await repositoryOfCheckout(join(folder, 'source'));
    await execa('git', ['clone', '--quiet', join(folder, 'source'), join(folder, 'clone')]);
    const npx = (cwd: string) =>
      execa('npx', ['bitflow', '--version'], {
        cwd: join(folder, 'clone', cwd),
        env: { XDG_CACHE_HOME: join(folder, 'cache') },
        stripFinalNewline: false,
      });
    const both = await Promise.all([npx('.'), npx('docs')]);
    expect(both.map(({ stdout }) => stdout)).toEqual([version, version]);
    const said = both.map(({ stderr }) => stderr).join('');
    expect(said.match(/installing with npm ci/g)).toHaveLength(1);

    const again = await npx('.');
    expect(again.stdout).toBe(version);
    expect(again.stderr).not.toContain('npm packages');
  },
  5 * MINUTE,
);
