import { randomBytes } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { StackClient } from '#local/client.ts';
import { LOCAL_ADMIN, LOCAL_TEAM } from '#local/seed.ts';
import { signIn } from '#local/sign-in.ts';
import { testRepository } from '#test/support/stack.ts';

const info = inject('stack');
const as = (token: string) => new StackClient({ ...info, token });
const NewToken = z.object({ id: z.string(), token: z.string() });
const Records = z.object({ records: z.array(z.looseObject({ operation: z.string(), from: z.string() })) });

/** A team of its own, made by the local admin, and its admin signed in. */
async function aNewTeam() {
  const id = `team-${randomBytes(4).toString('hex')}`;
  const email = `admin@${id}.example`;
  const operator = as(await signIn(info, LOCAL_ADMIN));
  const made = await operator.request('POST', '/v1/teams', { id, name: id, admin: email });
  expect(made).toMatchObject({ status: 201, body: { id, registry_prefix: id } });
  const token = await signIn(info, email);
  return { id, email, operator, admin: as(token), adminToken: token };
}

describe('who calls', () => {
  test('signs in at the Auth emulator, and sees what their team has and nothing else', async () => {
    const { id, email, operator, admin } = await aNewTeam();
    expect(await operator.request('GET', '/v1/me')).toMatchObject({
      body: { id: LOCAL_ADMIN, acting_for: { team: LOCAL_TEAM, role: 'admin' } },
    });
    expect(await admin.request('GET', '/v1/me')).toMatchObject({
      body: { id: email, acting_for: { team: id, role: 'admin' } },
    });
    const { id: repository } = await testRepository(info, {});
    expect(await operator.request('GET', `/v1/repositories/${repository}`)).toMatchObject({ status: 200 });
    expect(await admin.request('GET', `/v1/repositories/${repository}`)).toMatchObject({ status: 404 });
    expect(await admin.request('GET', `/v1/teams/${LOCAL_TEAM}`)).toMatchObject({ status: 404 });
    expect(await admin.request('POST', '/v1/teams', {})).toMatchObject({ status: 403 });
  });

  test('is nobody with an address that was never verified, and without a team may do nothing', async () => {
    const unverified = await signIn(info, `x-${randomBytes(4).toString('hex')}@example.com`, false);
    expect(await as(unverified).request('GET', '/v1/me')).toMatchObject({ status: 401 });
    const stranger = await signIn(info, `y-${randomBytes(4).toString('hex')}@example.com`);
    expect(await as(stranger).request('GET', '/v1/me')).toMatchObject({ status: 200, body: { teams: [] } });
    expect(await as(stranger).request('GET', '/v1/builds')).toMatchObject({ status: 403 });
  });

  test('is not who a forwarded header says', async () => {
    const headers = { 'x-forwarded-authorization': `Bearer ${info.token}` };
    for (const authorization of [undefined, `Bearer ${'x'.repeat(32)}`]) {
      const sent = authorization === undefined ? headers : { ...headers, authorization };
      expect((await fetch(`${info.api}/v1/builds`, { headers: sent })).status).toBe(401);
    }
  });

  test('loses a token that is revoked at once, and what was changed is in the log', async () => {
    const { admin } = await aNewTeam();
    const made = NewToken.parse((await admin.request('POST', '/v1/tokens', { name: 'deploy' })).body);
    expect(await as(made.token).request('GET', '/v1/builds')).toMatchObject({ status: 200 });
    expect(await admin.request('DELETE', `/v1/tokens/${made.id}`)).toMatchObject({ status: 204 });
    expect(await as(made.token).request('GET', '/v1/builds')).toMatchObject({ status: 401 });
    const { records } = Records.parse((await admin.request('GET', '/v1/audit-log')).body);
    const told = records.map(({ operation, from, made: id, status }) => ({ operation, from, id, status }));
    expect(told).toEqual([
      { operation: 'tokens.revoke', from: '127.0.0.1', id: null, status: 204 },
      { operation: 'tokens.create', from: '127.0.0.1', id: made.id, status: 201 },
    ]);
  });
});

test('a team’s builds of a day are counted, whoever creates them', async () => {
  const { id, operator, admin, adminToken } = await aNewTeam();
  const limits = {
    concurrent_builds: null,
    builds_per_day: 1,
    build_timeout_s: 600,
    machine_type: null,
  };
  expect(await operator.request('PUT', `/v1/teams/${id}/limits`, limits)).toMatchObject({ status: 200 });
  const own = { ...info, token: adminToken };
  const repository = await testRepository(own, { files: { Dockerfile: 'FROM debian:bookworm-slim\n' } });
  const { delivery } = await repository.push();
  expect(delivery).toMatchObject({ verdict: 'accepted' });
  const again = await admin.request('POST', '/v1/builds', { repository_id: repository.id, branch: 'main' });
  expect(again).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
  const second = await repository.push({ message: 'another' });
  expect(second.delivery).toMatchObject({
    verdict: 'ignored',
    reason: expect.stringContaining('used up'),
  });
  const build = await admin.ended(delivery.build_ids[0] ?? '');
  expect(build).toMatchObject({
    status: 'succeeded',
    image: { reference: expect.stringContaining(`/${id}/`) },
  });
});
