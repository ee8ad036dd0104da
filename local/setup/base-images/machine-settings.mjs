import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../run.mjs';

/**
 * Files that let the package clients inside a build do what they can do on this machine: its extra CA
 * certificates, its apt sources and settings, its npm, pip and Go mirrors.
 *
 * @typedef {Record<string, string>} Settings path in the image → content
 */

/**
 * @param {string} codename Debian's, e.g. "bookworm"
 * @param {string | null} caBundle
 * @returns {Promise<Settings>}
 */
export async function machineSettings(codename, caBundle) {
  const [certificates, sources, aptConf, npmrc, pip, go] = await Promise.all([
    extraCertificates(caBundle),
    aptSources(codename),
    aptSettings(),
    npmSettings(),
    pipSettings(),
    goSettings(),
  ]);
  const files = {
    ...certificates,
    'etc/apt/sources.list': sources,
    'etc/apt/apt.conf.d/99bitflow': aptConf,
    'root/.npmrc': npmrc,
    'etc/pip.conf': pip,
    'root/.config/go/env': go,
  };
  return Object.fromEntries(Object.entries(files).filter(([, content]) => content));
}

/** @param {Settings} settings @param {string} folder */
export async function writeSettings(settings, folder) {
  for (const [path, content] of Object.entries(settings)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/**
 * One file a certificate, which is what update-ca-certificates reads. Those that Debian has as well do no harm;
 * expired ones would only make it complain.
 *
 * @param {string | null} caBundle
 * @returns {Promise<Settings>}
 */
async function extraCertificates(caBundle) {
  if (!caBundle) return {};
  const bundle = await readFile(caBundle, 'utf8');
  const pems = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const known = await debianFingerprints();
  const extra = pems.filter((pem) => {
    const certificate = new X509Certificate(pem);
    return !known.has(certificate.fingerprint256) && Date.parse(certificate.validTo) > Date.now();
  });
  return Object.fromEntries(
    extra.map((pem, i) => [`usr/local/share/ca-certificates/machine-${i}.crt`, `${pem}\n`]),
  );
}

/** Debian's own certificates, where this machine has them as single files; else none, and all are copied. */
async function debianFingerprints() {
  const list = await readFile('/etc/ca-certificates.conf', 'utf8').catch(() => '');
  const paths = list
    .split('\n')
    .filter((line) => line.startsWith('mozilla/'))
    .map((name) => join('/usr/share/ca-certificates', name));
  const pems = await Promise.all(
    paths.filter((path) => existsSync(path)).map((path) => readFile(path, 'utf8')),
  );
  return new Set(pems.map((pem) => new X509Certificate(pem).fingerprint256));
}

/**
 * The mirrors that this machine uses for the same Debian, updates and security included; '' on any other system.
 *
 * @param {string} codename
 */
async function aptSources(codename) {
  const fields = '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)';
  const lines = (await output('apt-get', ['indextargets', '--format', fields]))
    .split('\n')
    .map((line) => line.split(' '));
  const sources = lines
    .filter(
      ([uri = '', release = '', , by]) =>
        by === 'Packages' &&
        /\/debian(-security)?\/?$/.test(uri) &&
        (release === codename || release.startsWith(`${codename}-`)),
    )
    .map(([uri, release, component]) => `deb ${uri} ${release} ${component}\n`);
  return [...new Set(sources)].join('');
}

async function aptSettings() {
  const lines = (await output('apt-config', ['dump'])).split('\n');
  return lines
    .filter((line) => /^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date|ForceIPv4)[ :]/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

async function npmSettings() {
  const registry = (await output('npm', ['config', 'get', 'registry'])).trim();
  return mirror(registry) && `registry=${registry}\n`;
}

async function pipSettings() {
  const index = (
    process.env.PIP_INDEX_URL ?? (await output('pip', ['config', 'get', 'global.index-url']))
  ).trim();
  return mirror(index) && `[global]\nindex-url = ${index}\n`;
}

async function goSettings() {
  const changed = await output('go', ['env', '-changed', 'GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOPRIVATE']);
  const lines = changed
    .split('\n')
    .map((line) => line.replaceAll("'", ''))
    .filter((line) => line.includes('=') && !line.includes('@'));
  return lines.map((line) => `${line}\n`).join('');
}

/** An address with a password in it stays out of images. @param {string} url */
function mirror(url) {
  return /^https?:\/\/[^@]+$/.test(url) ? url : '';
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<string>} what it prints; '' where there is no such command
 */
async function output(command, args) {
  try {
    return (await run(command, args, { timeoutMs: 20_000 })).stdout;
  } catch {
    return '';
  }
}
