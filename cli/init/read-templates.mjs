import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * The templates of a folder. Plain JavaScript, for the bundler reads them too, on Node 20.
 *
 * @param {string} folder with a folder for each template
 * @returns {Record<string, Record<string, string>>} template → path in it, `/`-separated → text
 */
export function readTemplates(folder) {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(names.map((name) => [name, filesOf(join(folder, name))]));
}

/** @param {string} folder @returns {Record<string, string>} */
function filesOf(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const named = paths.map((path) => ({ path, name: relative(folder, path).split(sep).join('/') }));
  named.sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(named.map(({ path, name }) => [name, readFileSync(path, 'utf8')]));
}
