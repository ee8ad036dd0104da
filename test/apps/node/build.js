import { mkdir, readFile, writeFile } from 'node:fs/promises';

const source = await readFile('src/server.js', 'utf8');
await mkdir('dist', { recursive: true });
await writeFile('dist/server.js', source.replaceAll('__BUILT__', 'built once, run anywhere'));
console.log('wrote dist/server.js');
