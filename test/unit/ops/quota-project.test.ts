import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GoogleAuth } from 'google-auth-library';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { countFor } from '#ops/deploy/quota-project.ts';

/** What `gcloud auth application-default login` writes where gcloud has no project. */
const LOGIN = { type: 'authorized_user', client_id: 'id', client_secret: 'secret', refresh_token: 'token' };

beforeEach(async () => {
  const file = join(await mkdtemp(join(inject('temporary'), 'login-')), 'adc.json');
  await writeFile(file, JSON.stringify(LOGIN));
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  vi.stubEnv('GOOGLE_CLOUD_QUOTA_PROJECT', undefined);
  // Else it is looked for in all places where it may be.
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'acme-builds');
});
afterEach(() => vi.unstubAllEnvs());

const project = async () => (await new GoogleAuth().getClient()).quotaProjectId;

it('lets a person’s requests count for the project that is deployed', async () => {
  countFor('acme-builds');
  expect(await project()).toBe('acme-builds');
});

it('leaves what somebody set', async () => {
  vi.stubEnv('GOOGLE_CLOUD_QUOTA_PROJECT', 'acme-billing');
  countFor('acme-builds');
  expect(await project()).toBe('acme-billing');
});
