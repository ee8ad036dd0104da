import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ROOT } from '#local/root.ts';
import { setUpTerraform } from '#local/setup/index.mjs';
import { makeDeployment } from '#ops/bundle/index.ts';

export interface TerraformProject {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly checkov: { readonly python: string; readonly packages: string };
  /** A copy of all that the configuration reads: `init` writes beside it, and its lock file is not the real one. */
  readonly dir: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    terraform: TerraformProject;
  }
}

/** What the configuration reads besides its own folder. */
const READS = ['terraform', 'env', 'firestore.indexes.json'];
const LEFT_BEHIND = new Set(['.terraform', '.terraform.lock.hcl']);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { terraform, checkov } = await setUpTerraform();
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'bitflow-terraform-')));
  const filter = (path: string) => !LEFT_BEHIND.has(basename(path));
  for (const path of READS) await cp(join(ROOT, path), join(dir, path), { recursive: true, filter });
  await makeDeployment(join(dir, 'dist/deploy'), () => undefined);
  const { command, env } = terraform;
  project.provide('terraform', { command, env, checkov, dir });
  return () => rm(dir, { recursive: true, force: true });
}
