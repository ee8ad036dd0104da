import { execFile } from 'node:child_process';
import type { BuildInput, BuildPlan, PlanTools } from '#builder/builders/builder.ts';
import { CheckoutView } from '#builder/view.ts';
import { BuilderSettings } from '#core/bitflow-toml.ts';
import { readMachine } from '#local/machine.ts';
import { temporaryFolder } from './temporary.ts';

/** The real nixpacks, as the set-up found it. */
const { nixpacks } = await readMachine();

/** Runs the real nixpacks with nothing of this machine's environment. */
export function realTools(overlay: PlanTools['nixpacksOverlay'] = null): PlanTools {
  return {
    nixpacks: (args) =>
      new Promise((resolve) => {
        const env = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };
        const child = execFile(nixpacks, [...args], { env }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode, stdout, stderr }),
        );
      }),
    emptyFolder: temporaryFolder,
    nixpacksOverlay: overlay,
  };
}

/** What a builder gets to see of a folder. */
export async function inputOf(
  folder: string,
  options: {
    root?: string;
    settings?: unknown;
    buildArgs?: Record<string, string>;
    secretNames?: string[];
    tools?: PlanTools;
  } = {},
): Promise<BuildInput> {
  return {
    view: await CheckoutView.open(folder, options.root ?? '.'),
    settings: BuilderSettings.parse(options.settings ?? {}),
    repository: 'acme/shop',
    buildArgs: options.buildArgs ?? {},
    secretNames: options.secretNames ?? [],
    tools: options.tools ?? realTools(),
  };
}

/** The plan of a Dockerfile that says nothing special. */
export function aPlan(fields: Partial<BuildPlan> = {}): BuildPlan {
  return {
    builder: 'dockerfile',
    reasons: [],
    warnings: [],
    dockerfile: { path: 'Dockerfile', text: 'FROM x\n', ignore: null },
    assets: {},
    target: null,
    buildArgs: {},
    variables: { runtime: [], build: [] },
    secrets: [],
    caches: [],
    start: null,
    phases: [],
    ...fields,
  };
}
