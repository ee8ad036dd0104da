import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { cached } from '#local/setup/cache.mjs';
import { withLock } from '#local/setup/lock.mjs';
import { onPath } from '#local/setup/version.mjs';

const REQUIREMENTS = new URL('requirements.txt', import.meta.url).pathname;
const CONFIG = new URL('schemathesis.toml', import.meta.url).pathname;

export interface Schemathesis {
  readonly python: string;
  /** The folder that its packages are in. */
  readonly packages: string;
}

/** Schemathesis as `requirements.txt` pins it, from the cache; installed the first time. */
export async function findSchemathesis(cacheDir: string, log: (line: string) => void): Promise<Schemathesis> {
  const python = await onPath('python3', { atLeast: '3.10' });
  if (!python) throw new Error('the fuzz test needs python3 (3.10 or newer) with pip on the PATH');
  const minor = python.version.split('.').slice(0, 2).join('.');
  const pins = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const onWait = (pid: string) => log(`  another set-up is running (process ${pid}): waiting for it ...`);
  const packages = await withLock(join(cacheDir, 'locks/setup'), onWait, () =>
    cached(cacheDir, `tools/schemathesis-${pins}-python${minor}`, async (folder) => {
      log('  installing schemathesis with pip (once) ...');
      const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
      await execa(python.path, ['-m', 'pip', 'install', ...options, '--target', folder, '-r', REQUIREMENTS]);
    }),
  );
  return { python: python.path, packages };
}

/** What is of interest in its report. */
const Report = z.object({
  complete: z.boolean(),
  exit_code: z.int(),
  operations: z.object({ total: z.int(), tested: z.int() }),
  test_cases: z.object({ generated: z.int(), unique_failures: z.int(), errored: z.int() }),
});
export type Report = z.infer<typeof Report>;

export interface Target {
  /** The address of the API. */
  readonly url: string;
  readonly token: string;
  /** A token that may be revoked, one that may sign out, and a delivery: the configuration names them. */
  readonly tokenId: string;
  readonly signOutToken: string;
  readonly deliveryId: string;
  /** How many requests each operation gets in each phase, at most. */
  readonly examples: number;
  readonly seed: number;
  /** Also the edges of every field, one by one: a thousand requests and more. */
  readonly edges: boolean;
}

/** One run, whose findings it prints itself. Throws where it could not run. */
export async function runSchemathesis(tool: Schemathesis, target: Target): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'bitflow-fuzz-'));
  const file = join(folder, 'report.json');
  const args = ['--config-file', CONFIG, 'run', `${target.url}/openapi.json`, '--checks', 'all'];
  args.push('--header', `Authorization: Bearer ${target.token}`);
  args.push('--max-examples', String(target.examples), '--seed', String(target.seed));
  if (!target.edges) args.push('--phases', 'examples,fuzzing,stateful');
  args.push('--report', 'json', '--report-json-path', file);
  try {
    const run = await execa(tool.python, ['-m', 'schemathesis.cli', ...args], {
      cwd: folder,
      env: {
        PYTHONPATH: tool.packages,
        PYTHONDONTWRITEBYTECODE: '1',
        FUZZ_TOKEN_ID: target.tokenId,
        FUZZ_DELIVERY_ID: target.deliveryId,
        FUZZ_SIGN_OUT_TOKEN: target.signOutToken,
      },
      reject: false,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new Error(`schemathesis ended with ${run.exitCode} and no report`, { cause });
    });
    return Report.parse(JSON.parse(text));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
