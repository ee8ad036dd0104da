import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BuilderType } from '#core/build.ts';
import { isInnerPath } from '#core/git-names.ts';

/** The sample apps: each is a small repository as a user has it, with an `expect.json`. */
export const APPS_FOLDER = fileURLToPath(new URL('../apps/', import.meta.url));

/** What a sample app promises. Unknown keys fail, so that no expectation is written in vain. */
export const Expectation = z.strictObject({
  builder: BuilderType.exclude(['auto']),
  /** The reason that `auto` gives for its choice. */
  builder_reason: z.string(),
  http: z.strictObject({
    path: z.string().startsWith('/'),
    status: z.int(),
    body_contains: z.string().min(1),
  }),
  /** What the container listens on when PORT says so. */
  port: z.int().positive(),
  root_directory: z.string().refine(isInnerPath).default('.'),
});
export type Expectation = z.infer<typeof Expectation>;

/** Reads the expectation of one sample app. */
export async function readExpectation(app: string): Promise<Expectation> {
  return Expectation.parse(JSON.parse(await readFile(`${APPS_FOLDER}${app}/expect.json`, 'utf8')));
}
