import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '#core/errors.ts';
import { DEPLOYMENT, makeDeployment } from './bundle/index.ts';

const USAGE = `npm run bundle [-- --out FOLDER]

  writes what a deployment is made of to dist/deploy: the functions' zips, the gateway's document and the folder of
  the builder image. Nothing outside the checkout is asked. The same sources make the same files.`;

const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const out = resolve(values.out ?? DEPLOYMENT);
try {
  const { functions, builder_image_tag } = await makeDeployment(out, console.log);
  const count = Object.keys(functions).length;
  console.log(
    `${relative(process.cwd(), out) || '.'}: ${count} functions, and the builder image ${builder_image_tag}`,
  );
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
