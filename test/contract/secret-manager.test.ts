import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { credentials, status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '#local/grpc.ts';
import { crc32c } from '#local/secret-manager/crc32c.ts';
import { startSecretManager } from '#local/secret-manager/server.ts';

let server: RunningServer;
let client: SecretManagerServiceClient;
const parent = 'projects/demo-project';
const canonical = 'projects/100000000000/secrets';

beforeEach(async () => {
  server = await startSecretManager({ projectIds: ['demo-project', 'other-project'] });
  const [apiEndpoint = '', port] = server.address.split(':');
  const sslCreds = credentials.createInsecure();
  client = new SecretManagerServiceClient({
    apiEndpoint,
    port: Number(port),
    sslCreds,
    projectId: 'demo-project',
  });
});
afterEach(async () => {
  await client.close();
  await server.close();
});

const create = (secretId: string, labels: Record<string, string> = {}) =>
  client.createSecret({ parent, secretId, secret: { replication: { automatic: {} }, labels } });
const add = (id: string, text: string) =>
  client.addSecretVersion({ parent: `${parent}/secrets/${id}`, payload: { data: Buffer.from(text) } });
const access = (id: string, version = 'latest') =>
  client.accessSecretVersion({ name: `${parent}/secrets/${id}/versions/${version}` });
const refusedWith = (code: status, details = /./) => ({ code, details: expect.stringMatching(details) });

it('computes CRC-32C as RFC 3720 B.4 and the catalogue of CRCs do', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
});

describe('secrets', () => {
  it('are created with labels, found, listed newest first by page, and deleted', async () => {
    const [made] = await create('one', { team: 'blue' });
    expect(made).toMatchObject({
      name: `${canonical}/one`,
      labels: { team: 'blue' },
      replication: { replication: 'automatic' },
    });
    expect((await client.getSecret({ name: `${parent}/secrets/one` }))[0]).toEqual(made);
    expect((await client.getSecret({ name: made.name ?? '' }))[0]).toEqual(made);
    for (const id of ['two', 'three']) await create(id);
    const names = (await client.listSecrets({ parent }))[0].map(({ name }) => name);
    expect(names).toEqual(['three', 'two', 'one'].map((id) => `${canonical}/${id}`));
    const [page, , response] = await client.listSecrets({ parent, pageSize: 2 }, { autoPaginate: false });
    expect([page.length, response?.totalSize]).toEqual([2, 3]);
    const rest = { parent, pageSize: 2, pageToken: response?.nextPageToken ?? '' };
    expect((await client.listSecrets(rest, { autoPaginate: false }))[0].map(({ name }) => name)).toEqual([
      names[2],
    ]);
    expect((await client.listSecrets({ parent: 'projects/other-project' }))[0]).toEqual([]);
    await client.deleteSecret({ name: `${parent}/secrets/two` });
    await expect(client.getSecret({ name: `${parent}/secrets/two` })).rejects.toMatchObject(
      refusedWith(status.NOT_FOUND, /Secret \[.*two\] not found/),
    );
    await expect(client.deleteSecret({ name: `${parent}/secrets/two` })).rejects.toMatchObject({
      code: status.NOT_FOUND,
    });
  });

  it('are refused twice, with a bad id, label or replication, and in an unknown project', async () => {
    await create('one');
    await expect(create('one')).rejects.toMatchObject(refusedWith(status.ALREADY_EXISTS, /already exists/));
    for (const id of ['', 'a b', 'a.b', 'x'.repeat(256)]) {
      await expect(create(id)).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    }
    await expect(create('two', { Team: 'x' })).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(client.createSecret({ parent, secretId: 'two', secret: {} })).rejects.toMatchObject(
      refusedWith(status.INVALID_ARGUMENT, /replication/),
    );
    await expect(client.getSecret({ name: 'projects/nobody/secrets/x' })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    await expect(client.listSecrets({ parent, filter: 'name:x' })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });
});

describe('versions', () => {
  it('are numbered, and accessed by number and as the latest with their checksum', async () => {
    await create('one');
    const [first] = await add('one', 'first');
    expect(first).toMatchObject({ name: `${canonical}/one/versions/1`, state: 'ENABLED' });
    await add('one', 'second');
    const [latest] = await access('one');
    expect(latest.name).toBe(`${canonical}/one/versions/2`);
    expect(Buffer.from(latest.payload?.data ?? '').toString()).toBe('second');
    expect(Number(latest.payload?.dataCrc32c)).toBe(crc32c(Buffer.from('second')));
    expect(Buffer.from((await access('one', '1'))[0].payload?.data ?? '').toString()).toBe('first');
    const [listed] = await client.listSecretVersions({ parent: `${parent}/secrets/one` });
    expect(listed.map(({ name }) => name?.split('/').at(-1))).toEqual(['2', '1']);
  });

  it('take 64 KiB and no more, and only with the right checksum', async () => {
    await create('one');
    await add('one', 'x'.repeat(65_536));
    await expect(add('one', 'x'.repeat(65_537))).rejects.toMatchObject(
      refusedWith(status.INVALID_ARGUMENT, /too large/),
    );
    await expect(add('one', '')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    const data = Buffer.from('x');
    const at = `${parent}/secrets/one`;
    await expect(
      client.addSecretVersion({ parent: at, payload: { data, dataCrc32c: 1 } }),
    ).rejects.toMatchObject(refusedWith(status.INVALID_ARGUMENT, /checksum/));
    const [checked] = await client.addSecretVersion({
      parent: at,
      payload: { data, dataCrc32c: crc32c(data) },
    });
    expect(checked.clientSpecifiedPayloadChecksum).toBe(true);
  });

  it('are NOT_FOUND when there is none, or no secret', async () => {
    await expect(access('none')).rejects.toMatchObject(
      refusedWith(status.NOT_FOUND, /not found or has no versions/),
    );
    await expect(add('none', 'x')).rejects.toMatchObject({ code: status.NOT_FOUND });
    await create('one');
    await expect(access('one')).rejects.toMatchObject(
      refusedWith(status.NOT_FOUND, /not found or has no versions/),
    );
    await add('one', 'x');
    await expect(access('one', '2')).rejects.toMatchObject({ code: status.NOT_FOUND });
    await expect(access('one', 'newest')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  it('cannot be accessed while disabled or once destroyed, also not as the latest', async () => {
    await create('one');
    await add('one', 'first');
    await add('one', 'second');
    const name = `${parent}/secrets/one/versions/2`;
    expect((await client.disableSecretVersion({ name }))[0].state).toBe('DISABLED');
    await expect(access('one')).rejects.toMatchObject(
      refusedWith(status.FAILED_PRECONDITION, /versions\/2\] is in DISABLED state/),
    );
    expect((await client.enableSecretVersion({ name }))[0].state).toBe('ENABLED');
    await access('one');
    expect((await client.destroySecretVersion({ name }))[0]).toMatchObject({ state: 'DESTROYED' });
    await expect(access('one', '2')).rejects.toMatchObject(
      refusedWith(status.FAILED_PRECONDITION, /DESTROYED state/),
    );
    await expect(client.enableSecretVersion({ name })).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
    });
    expect((await client.getSecretVersion({ name }))[0].destroyTime?.seconds).toBeTruthy();
    await access('one', '1');
  });
});
