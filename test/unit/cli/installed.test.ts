import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { inPipe, installedCli, inTerminal } from '#test/support/cli/installed.ts';
import { serveApi } from '#test/support/cli/serve-api.ts';
import { aWorld } from '#test/unit/access/world.ts';

/** Runs a line of the shell, in which `bitflow` is the bundled command. */
async function inShell(line: string, env: Record<string, string> = {}) {
  const bitflow = `bitflow() { "${process.execPath}" "${await installedCli()}" "$@"; }`;
  return execa('bash', ['-c', `${bitflow}; ${line}`], { env, reject: false });
}

describe('the bundled command', () => {
  it('ends quietly where nobody reads on', async () => {
    const { stderr } = await inShell('{ sleep 0.3; bitflow help errors; echo "code $?" >&2; } | true');
    expect(stderr).toBe('code 141');
  });

  it('says that its output was not written, and fails', async () => {
    const { stderr } = await inShell('bitflow config list --json > /dev/full; echo "code $?" >&2');
    expect(stderr).toContain('error  the output cannot be written: ENOSPC');
    expect(stderr).toMatch(/code 1$/);
  });

  it('ends as it would where nobody reads its remarks', async () => {
    const { stdout } = await inShell(
      '{ { bitflow whoami --verbose; echo "code $?" >&3; } 2>&1 >/dev/null | true; } 3>&1',
      { BITFLOW_URL: 'http://127.0.0.1:1', BITFLOW_TOKEN: 'bft_0123456789abcdef' },
    );
    expect(stdout).toBe('code 5');
  });

  it('leaves its token to no program that it starts', async () => {
    const tell = `data:text/javascript,${encodeURIComponent(
      "process.on('exit', () => process._rawDebug(`left: ${process.env.BITFLOW_TOKEN}, ${process.env.BITFLOW_URL}`));",
    )}`;
    const { stderr } = await inShell('bitflow --version', {
      BITFLOW_URL: 'https://builds.example',
      BITFLOW_TOKEN: 'bft_0123456789abcdef',
      NODE_OPTIONS: `--import=${tell}`,
    });
    expect(stderr).toContain('left: undefined, https://builds.example');
  });

  it('keeps the warnings of Node from people', async () => {
    const world = await aWorld();
    const warn = `data:text/javascript,${encodeURIComponent(`
      const ours = globalThis.fetch;
      globalThis.fetch = (...given) => {
        process.emitWarning('this is old', 'DeprecationWarning', 'DEP9999');
        process.emitWarning('this is new', 'ExperimentalWarning');
        return ours(...given);
      };
    `)}`;
    const { exitCode, stdout, stderr } = await inShell('bitflow whoami', {
      BITFLOW_URL: await serveApi(world.api),
      BITFLOW_TOKEN: world.secretOf('admin'),
      NODE_OPTIONS: `--import=${warn}`,
    });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('admin of the team acme');
  });

  it.each(['--help', 'config', 'help errors', 'completion bash', '__complete -- builds'])(
    'warns of nothing when it starts: %s',
    async (line) => {
      const { exitCode, stderr } = await inShell(`bitflow ${line} --quiet`, {
        NODE_OPTIONS: '--throw-deprecation --pending-deprecation',
        BITFLOW_URL: '',
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    },
  );
});

describe('in a pipe and in a terminal', () => {
  it.each([
    'config',
    'config set url builds.example.com',
    'config get url',
    'config unset url',
    'help config set',
    'help exit-codes',
    'help config --json',
  ])('bitflow %s', async (line) => {
    const home = await mkdtemp(join(tmpdir(), 'bitflow-installed-'));
    const options = { env: { XDG_CONFIG_HOME: home, BITFLOW_TEAM: 'acme' }, columns: 200 };
    const stable = (text: string) => text.replaceAll(home, '(home)');
    const piped = await inPipe(line.split(' '), options);
    const terminal = await inTerminal(line.split(' '), { ...options, columns: 100 });
    const code = await terminal.ended;
    expect(code).toBe(piped.code);
    expect(
      stable(`exit code ${code}\n--- pipe ---\n${piped.stdout}--- stderr ---\n${piped.stderr}`),
    ).toMatchSnapshot('pipe');
    expect(stable(await terminal.text())).toMatchSnapshot('terminal');
  });
});
