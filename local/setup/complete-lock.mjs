// Completes package-lock.json: a registry that lacks some optional platform packages leaves them out, and
// `npm ci` then refuses the file, here and everywhere. Run it after `npm install` where that happened.
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'package-lock.json';
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

/** @typedef {{version?: string, dev?: boolean, optionalDependencies?: Record<string, string>}} LockedPackage */

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
/** @type {Record<string, LockedPackage>} */
const packages = lock.packages;

/** @param {string} from @param {string} name whether node's resolution from that package finds the name */
const isLocked = (from, name) =>
  `${from}/node_modules/${name}` in packages || `node_modules/${name}` in packages;

let added = 0;
for (const [path, { dev, optionalDependencies }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (isLocked(path, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const parts = name.split(/[-/]/);
    const os = SYSTEMS.find((system) => parts.includes(system));
    const cpu = PROCESSORS.find((processor) => parts.includes(processor));
    const only = { ...(cpu && { cpu: [cpu] }), ...(os && { os: [os] }) };
    packages[`node_modules/${name}`] = { version, ...(dev && { dev }), ...{ optional: true }, ...only };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} optional packages added to ${FILE}`);
