import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { EXAMPLE } from '#core/api/examples.ts';
import { StackClient } from '#local/client.ts';
import type { Machine } from '#local/machine.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { StackInfo } from '#local/stack-info.ts';
import { workingCopy } from '#local/working-copy.ts';
import { writeFiles } from '#test/support/stack.ts';
import type { FuzzOptions } from './options.ts';
import {
  findSchemathesis,
  type Report,
  runSchemathesis,
  type Schemathesis,
  type Target,
} from './schemathesis.ts';

/** What came of a fuzz test. */
export interface Outcome {
  readonly cases: number;
  readonly failures: number;
}

/** A second run where the first made too few, and so on: this many at most. */
const MAX_RUNS = 10;

/** The edges alone are more than a thousand cases: fewer are asked for where there is little time. */
const EDGES_FROM = 1000;

/** As often as somebody likes: here it is not the rate that is looked at. */
const NO_RATES = { REQUESTS_PER_MINUTE: '1000000', FAILED_SIGN_INS_PER_MINUTE: '1000000' };

/**
 * Starts a stack and lets schemathesis send its API at least so many requests, made from the document that it
 * serves, with every check on.
 * @param interrupted rejects where the run shall end early; the stack is taken down first.
 */
export async function runFuzz(
  machine: Machine,
  { cases, seed = randomInt(2 ** 31) }: Pick<FuzzOptions, 'cases' | 'seed'>,
  log: (line: string) => void,
  interrupted: Promise<never>,
): Promise<Outcome> {
  const tool = await findSchemathesis(machine.cacheDir, log);
  const stack = await startStack({ machine, capacity: 1, env: NO_RATES, log });
  const fuzzing = fuzz(tool, stack, cases, seed);
  fuzzing.catch(() => undefined); // it may fail after it was left alone, when the stack is gone
  return Promise.race([fuzzing, interrupted]).finally(() => stack.stop());
}

async function fuzz(tool: Schemathesis, stack: Stack, cases: number, seed: number): Promise<Outcome> {
  const things = await makeThings(stack.info);
  const { api: url, token } = stack.info;
  const operations = await countOperations(url);
  const edges = cases >= EDGES_FROM;
  let done = 0;
  for (let run = 0; run < MAX_RUNS && done < cases; run += 1) {
    const examples = Math.ceil((cases - done) / operations);
    const report = await runSchemathesis(tool, { ...things, url, token, examples, seed: seed + run, edges });
    done += report.test_cases.generated;
    const failures = failuresOf(report);
    if (failures > 0) return { cases: done, failures };
  }
  // A run that signed itself out would have been refused everything, and found nothing.
  await new StackClient(stack.info).connect('fuzz/after', `${stack.info.git}/fuzz/after.git`);
  if (done < cases) throw new Error(`only ${done} of ${cases} cases were made`);
  return { cases: done, failures: 0 };
}

/** The repository that the document's examples name, with something to build in it, and what only an id finds. */
async function makeThings(info: StackInfo): Promise<Pick<Target, 'tokenId' | 'signOutToken' | 'deliveryId'>> {
  const client = new StackClient(info);
  const remote = `${info.git}/${EXAMPLE.repository}.git`;
  const copy = await workingCopy(null, remote);
  await writeFiles(copy.dir, { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' });
  const after = await copy.commitAndPush('the first');
  await copy.remove();
  await client.connect(EXAMPLE.repository, remote);
  const push = { fullName: EXAMPLE.repository, ref: 'refs/heads/main', before: null, after };
  const { id: deliveryId } = await client.push(push);
  const made = async (name: string) =>
    MadeToken.parse((await client.request('POST', '/v1/tokens', { name })).body);
  const { id: tokenId } = await made('to be revoked');
  const { token: signOutToken } = await made('to sign out');
  return { tokenId, signOutToken, deliveryId };
}

const MadeToken = z.object({ id: z.string(), token: z.string() });

async function countOperations(url: string): Promise<number> {
  const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
  const paths =
    typeof document === 'object' && document !== null && 'paths' in document ? document.paths : {};
  return Object.values(paths ?? {}).flatMap((item: object) => Object.keys(item)).length;
}

function failuresOf({ complete, exit_code, operations, test_cases }: Report): number {
  const found = test_cases.unique_failures + test_cases.errored + operations.total - operations.tested;
  return complete && exit_code === 0 ? found : Math.max(found, 1);
}
