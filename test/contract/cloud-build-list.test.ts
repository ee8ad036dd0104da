import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, projectId, startHarness } from '#test/support/cloud-build.ts';

let cloud: Harness;
beforeAll(async () => {
  cloud = await startHarness();
}, 60_000);
afterAll(() => cloud.close());

const step = (more: object = {}) => ({ name: cloud.image, args: ['true'], ...more });

describe('ListBuilds', () => {
  const listed = async (filter: string) => {
    const [builds] = await cloud.client.listBuilds({ projectId, filter });
    return builds.map(({ tags }) => tags?.[0]);
  };

  it('filters, sorts newest first and pages', async () => {
    const started = new Date(Date.now() - 1000).toISOString();
    const ids: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const args = [name === 'two' ? 'false' : 'true'];
      const id = await cloud.create({ steps: [step({ args })], tags: [name, 'both'] });
      await cloud.reached(id);
      ids.push(id);
    }
    expect(await listed('')).toEqual(['three', 'two', 'one']);
    expect(await listed('tags="two"')).toEqual(['two']);
    expect(await listed('tags:"two"')).toEqual(['two']);
    expect(await listed('tags="both" AND status="SUCCESS"')).toEqual(['three', 'one']);
    expect(await listed('status!="SUCCESS"')).toEqual(['two']);
    expect(await listed('status="WORKING"')).toEqual([]);
    expect(await listed(`build_id="${ids[0]}"`)).toEqual(['one']);
    expect(await listed(`create_time>"${started}" AND tags="one"`)).toEqual(['one']);
    expect(await listed(`create_time<"${started}"`)).toEqual([]);

    const page = { projectId, filter: 'tags="both"', pageSize: 2 };
    const options = { autoPaginate: false };
    const [first, , firstResponse] = await cloud.client.listBuilds(page, options);
    expect(first.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const pageToken = firstResponse?.nextPageToken ?? '';
    const [second, , secondResponse] = await cloud.client.listBuilds({ ...page, pageToken }, options);
    expect(second.map(({ id }) => id)).toEqual([ids[0]]);
    expect(secondResponse?.nextPageToken).toBeFalsy();
    await expect(cloud.client.listBuilds({ ...page, filter: '', pageToken }, options)).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  it.each([
    'tags',
    'tags=two',
    'status="NONSENSE"',
    'tags="a" OR tags="b"',
    'tags="a" status="SUCCESS"',
    'tags>"a"',
    'color="red"',
    'create_time>"soon"',
    'status:"SUCCESS"',
  ])('refuses the filter %s', async (filter) => {
    await expect(cloud.client.listBuilds({ projectId, filter })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  it('keeps projects and locations apart, by parent and by name', async () => {
    const parent = `projects/${projectId}/locations/europe-west1`;
    const id = await cloud.create({ steps: [step({ args: ['echo', '$LOCATION'] })] }, { parent });
    await cloud.reached(id);
    expect(cloud.server.output(id)).toEqual(['europe-west1']);
    const [there] = await cloud.client.listBuilds({ parent });
    expect(there.map((build) => build.id)).toEqual([id]);
    const [found] = await cloud.client.getBuild({ name: `${parent}/builds/${id}` });
    expect(found.name).toBe(`projects/100000000000/locations/europe-west1/builds/${id}`);
    const [again] = await cloud.client.getBuild({ name: found.name ?? '' });
    expect(again.id).toBe(id);
    await expect(cloud.client.getBuild({ projectId, id })).rejects.toMatchObject({ code: status.NOT_FOUND });
    const [elsewhere] = await cloud.client.listBuilds({ projectId: 'other-project' });
    expect(elsewhere).toEqual([]);
  });
});

it('lists a build late, and as it was, when told to lag', async () => {
  let offset = 0;
  const late = await startHarness({ listLagMs: 60_000, now: () => new Date(Date.now() + offset) });
  try {
    const build = await late.finish(late.script('true'));
    expect(build.status).toBe('SUCCESS');
    expect((await late.client.listBuilds({ projectId }))[0]).toEqual([]);
    offset = 120_000;
    expect((await late.client.listBuilds({ projectId }))[0].map(({ status: at }) => at)).toEqual(['SUCCESS']);
  } finally {
    await late.close();
  }
});
