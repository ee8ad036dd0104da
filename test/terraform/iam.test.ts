import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '#local/root.ts';
import { iamPage } from '#test/support/iam-page.ts';
import { GIVEN, planOf } from '#test/support/terraform-plan.ts';

const plan = await planOf('terraform/examples/production', GIVEN);

const Grant = z.object({
  who: z.string(),
  kind: z.string(),
  label: z.string(),
  role: z.string(),
  why: z.string(),
  condition: z.object({ title: z.string(), expression: z.string() }).nullish(),
});
const grants = z.array(Grant).parse(plan.outputs.grants);
const members = plan.resources
  .filter(({ type }) => type.endsWith('_iam_member'))
  .map(({ address, type, values }) => ({
    address,
    type,
    ...z.object({ role: z.string(), member: z.string().optional() }).parse(values),
  }));

const counted = (roles: readonly string[]) => roles.toSorted();

it('lists every right that is granted, and none that is not', () => {
  expect(counted(grants.map(({ role }) => role))).toEqual(counted(members.map(({ role }) => role)));
});

it('grants through one module only, and takes nobody else off a resource', async () => {
  const { dir } = inject('terraform');
  const files = (await readdir(join(dir, 'terraform'), { recursive: true })).filter((file) =>
    file.endsWith('.tf'),
  );
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(dir, 'terraform', file), 'utf8') })),
  );
  const granting = texts.filter(({ text }) => /^resource "[a-z0-9_]+_iam_member"/m.test(text));
  expect(granting.map(({ file }) => file)).toEqual(['modules/grants/main.tf']);
  expect(texts.filter(({ text }) => /_iam_(binding|policy)"/.test(text)).map(({ file }) => file)).toEqual([]);
});

it('has no primitive role, and no key', () => {
  expect(members.filter(({ role }) => /^roles\/(owner|editor|viewer|browser)$/.test(role))).toEqual([]);
  expect(plan.ofType('google_service_account_key')).toEqual([]);
});

it('lets everybody call the webhook endpoint, pull what a team made public, and nothing else', () => {
  const open = members.filter(({ member }) => member === 'allUsers' || member === 'allAuthenticatedUsers');
  expect(open.map(({ role }) => role).sort()).toEqual(['roles/artifactregistry.reader', 'roles/run.invoker']);
  const invoker = open.find(({ role }) => role === 'roles/run.invoker');
  expect(invoker?.address).toContain('webhooks');
  expect(open.find(({ role }) => role === 'roles/artifactregistry.reader')?.address).toContain('open-data');
});

it('gives the builders nothing but what docs/iam.md says', () => {
  const builders = grants.filter(({ who }) => /builder/.test(who) && !/image/.test(who));
  expect(new Set(builders.map(({ kind }) => kind)).has('project')).toBe(false);
});

it('is told of in docs/iam.md', async () => {
  await expect(iamPage(grants)).toMatchFileSnapshot(join(ROOT, 'docs/iam.md'));
});
