import { describe, expect, it } from 'vitest';
import { GRANT_MS } from '#core/device-grant.ts';
import { aDeviceGrant, T0 } from '#test/support/memory/examples.ts';
import { eachTest, type MakeStore } from './subject.ts';

const ANN = { email: 'ann@acme.example', team: 'acme' };
const BOB = { email: 'bob@acme.example', team: 'acme' };

export function describeDeviceGrants(make: MakeStore): void {
  describe('device grants', () => {
    const subject = eachTest(make);

    it('creates one for a code, and the first one stays', async () => {
      const { deviceGrants } = subject().store;
      const grant = aDeviceGrant('WDJBMJHT');
      const created = await Promise.all(
        ['first', 'second'].map((client) => deviceGrants.create({ ...grant, client })),
      );
      expect(created.toSorted()).toEqual(['created', 'exists']);
      expect(await deviceGrants.get('WDJBMJHT')).toEqual({ ...grant, client: expect.any(String) });
      expect(await deviceGrants.get('BBBBBBBB')).toBeNull();
      expect(await deviceGrants.answer('BBBBBBBB', { type: 'redeem' }, T0)).toBeNull();
    });

    it('takes one person’s answer, whoever answers at the same time', async () => {
      const { deviceGrants } = subject().store;
      await deviceGrants.create(aDeviceGrant('WDJBMJHT'));
      const answers = await Promise.all([
        deviceGrants.answer('WDJBMJHT', { type: 'approve', ...ANN }, T0 + 1),
        deviceGrants.answer('WDJBMJHT', { type: 'approve', ...BOB }, T0 + 1),
        deviceGrants.answer('WDJBMJHT', { type: 'deny', email: 'eve@other.example' }, T0 + 1),
      ]);
      const outcomes = answers.map((answer) => answer?.outcome).toSorted();
      expect(outcomes).toEqual(['applied', 'refused', 'refused']);
      const applied = answers.find((answer) => answer?.outcome === 'applied');
      expect(await deviceGrants.get('WDJBMJHT')).toEqual(applied?.grant);
    });

    it('keeps what was redeemed, and the minute more that an approval at the end gives', async () => {
      const { deviceGrants } = subject().store;
      await deviceGrants.create(aDeviceGrant('WDJBMJHT'));
      const late = T0 + GRANT_MS - 1;
      await deviceGrants.answer('WDJBMJHT', { type: 'approve', ...ANN }, late);
      const redeemed = await deviceGrants.answer('WDJBMJHT', { type: 'redeem' }, late + 10_000);
      expect(redeemed).toMatchObject({ outcome: 'applied', grant: { expires_at: late + 60_000 } });
      expect(await deviceGrants.get('WDJBMJHT')).toEqual(redeemed?.grant);
      const again = await deviceGrants.answer('WDJBMJHT', { type: 'redeem' }, late + 10_001);
      expect(again).toEqual({ outcome: 'ignored', grant: redeemed?.grant });
    });
  });
}
