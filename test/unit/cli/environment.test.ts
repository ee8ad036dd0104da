import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VARIABLES } from '#cli/kit/environment.ts';
import { ROOT } from '#local/root.ts';

/** Every machine's own, and what is told with another. */
const NOT_OURS = ['PATH', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
/** Node's, which no code of ours reads. */
const OF_NODE = ['NODE_EXTRA_CA_CERTS'];

test('`bitflow help environment` has the variables that the code reads, and no others', () => {
  const sources = globSync('cli/**/*.ts', { cwd: ROOT }).filter((file) => !file.startsWith('cli/templates/'));
  const text = sources.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const read = [
    ...[...text.matchAll(/\benv\.([A-Z][A-Z_]+)/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/\bconst \{([^}]+)\} = (?:\w+\.)*env\b/g)].flatMap(([, names = '']) =>
      [...names.matchAll(/\b([A-Z][A-Z_]+)\b/g)].map(([, name = '']) => name),
    ),
    ...[...text.matchAll(/\bBITFLOW_[A-Z_]+/g)].map(([name]) => name),
    ...[...text.matchAll(/'([A-Z]+_[A-Z_]+)'/g)]
      .map(([, name = '']) => name)
      .filter((name) => /HOST$|CERT|IMAGE$/.test(name)),
  ];
  const documented = VARIABLES.map(({ name }) => name).filter((name) => !OF_NODE.includes(name));
  const ours = new Set(read.filter((name) => !NOT_OURS.includes(name) && !OF_NODE.includes(name)));
  expect(documented.toSorted()).toEqual([...ours].toSorted());
});
