import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.mjs';
import { Problem } from '../problem.mjs';
import { run } from '../run.mjs';
import { describeRange, onPath } from '../version.mjs';

// static, so that the binaries also run in the builder image, whatever its C library
const goEnv = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOWORK: 'off' };

/**
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<{buildkitd: string, buildctl: string}>} absolute paths
 */
export function buildkit(context) {
  const { cache, versions, progress, heavy } = context;
  const { pinned, ...range } = versions.buildkit;
  return heavy(() =>
    progress.step('buildkit', async (doing) => {
      const [buildkitd, buildctl] = await Promise.all([
        onPath('buildkitd', range),
        onPath('buildctl', range),
      ]);
      if (buildkitd && buildctl) {
        return {
          value: { buildkitd: buildkitd.path, buildctl: buildctl.path },
          say: `${buildkitd.version}, on the PATH`,
        };
      }
      let say = `${pinned}, from the cache`;
      const folder = await cached(cache, `tools/buildkit-${pinned}`, async (temporary) => {
        const hint = `put buildkitd and buildctl of BuildKit v${pinned} (https://github.com/moby/buildkit/releases) on the PATH`;
        const go = await findGo(context, `buildkit ${pinned}`, hint);
        doing(`building ${pinned} with go (2-4 min)`);
        await buildBuildkit(go, pinned, temporary).catch((error) => {
          throw new Problem(`buildkit ${pinned}`, error.message, hint, { cause: error });
        });
        say = `${pinned}, built with go`;
      });
      return { value: { buildkitd: join(folder, 'buildkitd'), buildctl: join(folder, 'buildctl') }, say };
    }),
  );
}

/**
 * BuildKit's own go.mod has exclude directives, which `go install package@version` refuses: hence a module around it.
 *
 * @param {string} go
 * @param {string} version
 * @param {string} folder
 */
async function buildBuildkit(go, version, folder) {
  const source = join(folder, 'source');
  await mkdir(source);
  await writeFile(
    join(source, 'go.mod'),
    // the go line turns on module graph pruning: without it, requirements of requirements that no proxy has are read
    `module bitflow.local/buildkit\n\ngo 1.25\n\nrequire github.com/moby/buildkit v${version}\n`,
  );
  const pkg = 'github.com/moby/buildkit';
  const flags = `-s -w -X ${pkg}/version.Version=v${version}`;
  const args = [
    'build',
    '-trimpath',
    '-ldflags',
    flags,
    '-o',
    `${folder}/`,
    `${pkg}/cmd/buildkitd`,
    `${pkg}/cmd/buildctl`,
  ];
  await run(go, args, { cwd: source, env: goEnv });
  await run('rm', ['-rf', source]);
}

/**
 * The OCI registry: version 3, which can verify tokens with a JWKS.
 *
 * @param {import('../context.mjs').Context} context
 * @returns {Promise<string>} absolute path
 */
export function registry(context) {
  const { cache, versions, progress, heavy } = context;
  const { pinned, ...range } = versions.registry;
  return heavy(() =>
    progress.step('registry', async (doing) => {
      const found = await onPath('registry', range);
      if (found) return { value: found.path, say: `${found.version}, on the PATH` };
      let say = `${pinned}, from the cache`;
      const folder = await cached(cache, `tools/registry-${pinned}`, async (temporary) => {
        const target = `github.com/distribution/distribution/v3/cmd/registry@v${pinned}`;
        const go = await findGo(context, `registry ${pinned}`, `go install ${target}`);
        doing(`building ${pinned} with go (1-3 min)`);
        await run(go, ['install', '-trimpath', target], { env: { ...goEnv, GOBIN: temporary } }).catch(
          (error) => {
            throw new Problem(`registry ${pinned}`, error.message, `go install ${target}`, { cause: error });
          },
        );
        say = `${pinned}, built with go`;
      });
      return { value: join(folder, 'registry'), say };
    }),
  );
}

/**
 * @param {import('../context.mjs').Context} context
 * @param {string} what what needs it
 * @param {string} hint what provides that without go
 * @returns {Promise<string>}
 */
export async function findGo({ versions }, what, hint) {
  const go = await onPath('go', versions.go, ['version']);
  if (go) return go.path;
  throw new Problem(
    what,
    `it is not on the PATH in a version that fits, and there is no go ${describeRange(versions.go)} to build it with`,
    `install Go (https://go.dev/dl), or ${hint}`,
  );
}
