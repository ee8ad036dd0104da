import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StackClient } from '#local/client.ts';
import { readMachine } from '#local/machine.ts';
import { LOCAL_ADMIN } from '#local/seed.ts';
import { signIn } from '#local/sign-in.ts';
import { type Stack, startStack } from '#local/stack.ts';
import type { Environment } from '#local/stack-options.ts';
import { testRepository } from '#test/support/stack.ts';

const FILES = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' };
const FIXED_USER = /^BUILDER_(FORK_)?REGISTRY_/;

/** As in the cloud, before anybody is among `teams`. */
const withoutWriters = (env: Environment): Environment => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !FIXED_USER.test(name))),
  TEAM_WRITERS: '{}',
});

/** A stack of its own: the team `local` has registries, and the exchange was not told. */
describe('a team without registries', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      machine: await readMachine(),
      env: { TEAMS: 'local' },
      envOf: (name, env) => (name === 'exchange' ? withoutWriters(env) : env),
      log: () => undefined,
    });
  });
  afterAll(() => stack.stop());

  test('is made, has its repositories, and is told why nothing is built of them', async () => {
    const { info } = stack;
    const admin = 'wile@rockets.example';
    const operator = new StackClient({ ...info, token: await signIn(info, LOCAL_ADMIN) });
    expect(
      await operator.request('POST', '/v1/teams', { id: 'rockets', name: 'Rockets', admin }),
    ).toMatchObject({
      status: 201,
      body: { registry_prefix: 'rockets', provisioned: false },
    });
    const theirs = { ...info, token: await signIn(info, admin) };
    const client = new StackClient(theirs);
    const why = expect.stringMatching(
      /^the team has no registries yet: .* adds rockets to teams .*, and deploys$/,
    );

    const repository = await testRepository(theirs, { files: FILES });
    const { delivery } = await repository.push();
    expect(delivery).toMatchObject({ verdict: 'ignored', reason: why, build_ids: [] });
    expect(await client.request('POST', '/v1/builds', { repository_id: repository.id })).toMatchObject({
      status: 409,
      body: { code: 'team_not_provisioned', detail: why },
    });
    expect(await client.request('GET', '/v1/builds')).toMatchObject({ body: { builds: [] } });
  });

  test('gets nothing from the exchange either: the build ends, and says why', async () => {
    const repository = await testRepository(stack.info, { files: FILES });
    const { build } = await repository.build();
    expect(build).toMatchObject({
      status: 'failed',
      image: null,
      error: {
        code: 'team_not_provisioned',
        message: expect.stringMatching(/^the team has no registries yet: .* adds local to teams/),
      },
    });
  });
});
