import { expect, it } from 'vitest';
import { terraformDone } from '#test/support/terraform.ts';

const FOLDER = 'terraform/examples/minimal';
await terraformDone(FOLDER, ['init', '-backend=false', '-input=false', '-no-color']);
const after = dependenciesIn(await terraformDone(FOLDER, ['graph']));

/** What each resource waits for directly, by the lines `"A" -> "B"` of a graph. */
function dependenciesIn(graph: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, from = '', to = ''] of graph.matchAll(/^\s*"([^"]+)" -> "([^"]+)"/gm)) {
    found.set(from, (found.get(from) ?? new Set()).add(to));
    if (!found.has(to)) found.set(to, new Set());
  }
  return found;
}

/** All that is there before a resource is made. */
function before(resource: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [resource];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
    for (const each of after.get(next) ?? []) {
      if (seen.has(each)) continue;
      seen.add(each);
      waiting.push(each);
    }
  return seen;
}

const withoutRoot = (address: string) => address.replace('module.bitflow.', '');
const API = 'module.bitflow.module.project_services.google_project_service.this';

it('makes nothing before its API is on, but accounts: `npm run deploy` enables IAM before it plans', () => {
  const early = [...after.keys()].filter((each) => each !== API && !before(each).has(API));
  const isAccount = (address: string) =>
    /\.google_service_account\.(function|planner)$/.test(address) ||
    // A function without secrets: nothing is granted by this.
    address.startsWith('module.dead_letters.module.function.module.secrets.');
  expect(early.map(withoutRoot).filter((address) => !isAccount(address))).toEqual([]);
});

it.each([
  'module.planner.google_cloud_run_v2_service.planner',
  'module.webhooks.module.function.google_cloudfunctions2_function.function',
])('lets Google’s accounts use the KMS key before %s is made with it', (resource) => {
  const waitsFor = [...before(`module.bitflow.${resource}`)].map(withoutRoot);
  expect(waitsFor).toContain('module.platform.module.agents.google_kms_crypto_key_iam_member.kms_key');
});
