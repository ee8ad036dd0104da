import { describe, expect, it, test } from 'vitest';
import {
  answerGrant,
  clientName,
  DEVICE_CODE,
  type DeviceGrant,
  deviceCodeOf,
  GRANT_MS,
  type GrantEvent,
  grantIdIn,
  parseUserCode,
  shownCode,
  tokenOfDevice,
  userCodeOf,
} from '#core/device-grant.ts';
import { API_TOKEN } from '#core/token.ts';
import { aDeviceGrant, T0 } from '#test/support/memory/examples.ts';

const ANN = { email: 'ann@acme.example', team: 'acme' };
const STATES: Readonly<Record<string, DeviceGrant['state']>> = {
  pending: { status: 'pending' },
  denied: { status: 'denied', email: ANN.email },
  approved: { status: 'approved', ...ANN },
  redeemed: { status: 'redeemed', ...ANN },
};
const EVENTS: Readonly<Record<string, GrantEvent>> = {
  approve: { type: 'approve', ...ANN },
  'approve for another team': { type: 'approve', ...ANN, team: 'other' },
  'approve by another': { type: 'approve', ...ANN, email: 'bob@acme.example' },
  deny: { type: 'deny', email: ANN.email },
  'deny by another': { type: 'deny', email: 'bob@acme.example' },
  redeem: { type: 'redeem' },
};

/** What each event makes of each state: the state after it, `-` for ignored, `x` for refused. */
const TABLE = `
                          pending   denied  approved  redeemed
approve                   approved  x       -         -
approve for another team  approved  x       x         x
approve by another        approved  x       x         x
deny                      denied    -       x         x
deny by another           denied    x       x         x
redeem                    x         x       redeemed  -
`;
const [head = '', ...rows] = TABLE.trim().split('\n');
const columns = head.trim().split(/\s+/);
const cells = rows.flatMap((row) => {
  const [event = '', ...wanted] = row.split(/ {2,}/);
  return columns.map((state, at) => ({ event, state, wanted: wanted[at] ?? '' }));
});

describe('a grant', () => {
  test('has a row for every event, and a column for every state', () => {
    expect(cells).toHaveLength(Object.keys(EVENTS).length * Object.keys(STATES).length);
  });

  it.each(cells)('that is $state, on “$event”: $wanted', ({ state, event, wanted }) => {
    const grant = aDeviceGrant('WDJBMJHT', { state: STATES[state] ?? { status: 'pending' } });
    const told = EVENTS[event] ?? { type: 'redeem' };
    const { outcome, grant: after } = answerGrant(grant, told, T0 + 1000);
    if (wanted === 'x') expect({ outcome, after }).toEqual({ outcome: 'refused', after: grant });
    else if (wanted === '-') expect({ outcome, after }).toEqual({ outcome: 'ignored', after: grant });
    else expect({ outcome, status: after.state.status }).toEqual({ outcome: 'applied', status: wanted });
    expect(after.expires_at).toBe(grant.expires_at);
    expect(answerGrant(grant, told, grant.expires_at)).toEqual({ outcome: 'refused', grant });
  });

  it('that is approved at the last moment can be redeemed for a minute more', () => {
    const late = T0 + GRANT_MS - 1;
    const { grant } = answerGrant(aDeviceGrant('WDJBMJHT'), { type: 'approve', ...ANN }, late);
    expect(grant.expires_at).toBe(late + 60_000);
    expect(answerGrant(grant, { type: 'redeem' }, late + 59_999).outcome).toBe('applied');
  });
});

describe('a user code', () => {
  it('is eight letters of those that cannot be mistaken, each as likely as any', () => {
    expect(userCodeOf(new Uint8Array(8))).toBe('BBBBBBBB');
    expect(userCodeOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 19))).toBe('ZBBBBBBB');
    expect(userCodeOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 20))).toBe('BCBBBBBB');
    expect(userCodeOf(new Uint8Array(8).fill(255))).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  });

  it.each([
    ['WDJB-MJHT', 'WDJBMJHT'],
    [' wdjb mjht ', 'WDJBMJHT'],
    ['wdjb–mjht', 'WDJBMJHT'],
    ['WDJBMJH', null],
    ['WDJBMJHTT', null],
    ['WDJB-MJHA', null],
    ['', null],
    ['../../..', null],
  ])('typed as %j is %j', (typed, code) => {
    expect(parseUserCode(typed)).toBe(code);
    if (code !== null) expect(parseUserCode(shownCode(code))).toBe(code);
  });
});

describe('a device code', () => {
  const code = deviceCodeOf('WDJBMJHT', 'x'.repeat(43));

  it('names its grant', () => {
    expect(code).toMatch(DEVICE_CODE);
    expect(grantIdIn(code)).toBe('WDJBMJHT');
    for (const other of ['', 'WDJBMJHT', code.slice(1), `${code}x`, `${code}\n`, code.replace('W', 'A')])
      expect(grantIdIn(other)).toBeNull();
  });

  it('has one token, which is like any and does not tell the code', () => {
    expect(tokenOfDevice(code)).toBe(tokenOfDevice(code));
    expect(tokenOfDevice(code)).toMatch(API_TOKEN);
    expect(tokenOfDevice(code)).not.toBe(tokenOfDevice(code.replace('x', 'y')));
  });
});

describe('what a terminal calls itself', () => {
  it.each([
    ['bitflow on laptop', 'bitflow on laptop'],
    ['bitflow on 机器', 'bitflow on 机器'],
    ['\u202eflip\u200b \u001b[31mred\n\ttwo   lines', 'flip [31mred two lines'],
    ['\u0000\u200b', 'a terminal without a name'],
    [`${'x'.repeat(99)}😀`, 'x'.repeat(99)],
  ])('%j is shown as %j', (given, shown) => expect(clientName(given)).toBe(shown));
});
