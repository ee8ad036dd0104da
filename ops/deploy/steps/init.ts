import { cp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { from, type Step } from '../context.ts';
import { emptyStateFolder, READ_BESIDE, rootFolder } from '../workplace.ts';

/** Where the state is in its bucket. */
export const BACKEND_PREFIX = 'bitflow';

export const init: Step = {
  name: 'init',
  title: 'prepares Terraform',
  planOnly: true,
  async run(context, made) {
    const bucket = from(made, 'stateBucket');
    if (bucket !== null) {
      await context.terraform(made).init({ bucket, prefix: BACKEND_PREFIX });
      return undefined;
    }
    // Only looking, and there is no state yet: a copy of the module that keeps its state beside it.
    const folder = emptyStateFolder(context);
    const beside = dirname(folder);
    await rm(beside, { recursive: true, force: true });
    const isOurs = (path: string) => !/(^|\/)(\.terraform(\.lock\.hcl)?|tests|examples)$/.test(path);
    await cp(rootFolder(context), folder, { recursive: true, filter: isOurs });
    for (const path of READ_BESIDE) await cp(join(context.root, path), join(beside, path));
    await writeFile(join(folder, 'backend_override.tf'), 'terraform {\n  backend "local" {}\n}\n');
    await context.terraform(made).init({});
    return undefined;
  },
};
