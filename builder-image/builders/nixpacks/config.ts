import { BuildFailure } from '../../failure.ts';
import { parseToml } from '../../settings.ts';
import type { CheckoutView } from '../../view.ts';

/** Where the configuration may lie; the first there is, is used. nixpacks itself looks at the first two only. */
const CONFIG_FILES = ['nixpacks.toml', 'nixpacks.json', '.nixpacks/nixpacks.toml', '.nixpacks/nixpacks.json'];

/** The keys that nixpacks 1.41 reads (src/nixpacks/plan/{mod,phase}.rs); it ignores every other in silence. */
const PLAN_KEYS = new Set(['providers', 'buildImage', 'variables', 'staticAssets', 'phases', 'start']);
const PHASE_KEYS = new Set(
  `name dependsOn nixPkgs nixPackages nixLibs nixLibraries nixOverlays nixpkgsArchive aptPkgs aptPackages
   cmds commands onlyIncludeFiles cacheDirectories paths envPaths`.split(/\s+/),
);
const START_KEYS = new Set(['cmd', 'runImage', 'onlyIncludeFiles', 'user']);

export interface NixpacksConfig {
  readonly file: string;
  readonly warnings: readonly string[];
}

/** Finds and checks the configuration; null where the repository has none. */
export async function findConfig(view: CheckoutView): Promise<NixpacksConfig | null> {
  const found: string[] = [];
  for (const file of CONFIG_FILES) if (await view.has(file)) found.push(file);
  const [file, ...unused] = found;
  if (file === undefined) return null;
  const text = (await view.read(file)) ?? '';
  const config = file.endsWith('.toml') ? parseToml(file, text) : parseJson(file, text);
  const warnings = unused.map((other) => `${other} is not used: ${file} comes first.`);
  return {
    file,
    warnings: [...warnings, ...unknownKeys(config).map((key) => `${file}: ${key} is unknown and ignored.`)],
  };
}

/** The paths of keys that nixpacks does not know. */
export function unknownKeys(config: unknown): string[] {
  const phases = Object.entries(recordOf(recordOf(config).phases));
  return [
    ...strangers(config, PLAN_KEYS, ''),
    ...phases.flatMap(([name, phase]) => strangers(phase, PHASE_KEYS, `phases.${name}.`)),
    ...strangers(recordOf(config).start, START_KEYS, 'start.'),
  ];
}

function strangers(value: unknown, known: ReadonlySet<string>, prefix: string): string[] {
  return Object.keys(recordOf(value))
    .filter((key) => !known.has(key))
    .map((key) => `${prefix}${key}`);
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BuildFailure('config_invalid', `${file} is not JSON: ${why}`, { cause });
  }
}
