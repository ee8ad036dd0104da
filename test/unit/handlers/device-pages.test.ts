import { describe, expect, it } from 'vitest';
import { memoryRates } from '#adapters/rates.ts';
import { GRANT_MS } from '#core/device-grant.ts';
import { aMember } from '#test/support/memory/examples.ts';
import { ANN, aDeviceApi, formIn } from './device-harness.ts';

const page = { limit: 10, after: null };

describe('the pages', () => {
  it('lead from the code by the provider to the question, and an answer', async () => {
    const { begin, poll, browser, store } = await aDeviceApi();
    const { device_code, user_code } = await begin();
    const { identify, post, cookies } = browser();
    const question = await identify(user_code, ANN);
    expect(question.status).toBe(200);
    for (const said of [user_code, '<q>bitflow on laptop</q>', '203.0.113.7, your network', ANN, 'acme'])
      expect(question.text).toContain(said);
    const sent = {
      form: formIn(question.text),
      code: user_code.replace('-', ''),
      team: 'acme',
      answer: 'approve',
    };
    const done = await post('/device/answer', sent);
    expect([done.status, done.text.includes('Approved')]).toEqual([200, true]);
    expect(cookies.size).toBe(0);
    expect((await poll(device_code)).body).toMatchObject({ status: 'approved', email: ANN });
    // Sent again, by a page that is still there: there is nothing to send it with any more.
    expect((await post('/device/answer', sent)).status).toBe(422);
    const { items } = await store.auditLog.list('acme', page);
    expect(items.map(({ operation }) => operation).toSorted()).toEqual(['device.approve', 'device.token']);
  });

  it('take a no', async () => {
    const { begin, poll, browser, state } = await aDeviceApi();
    const { device_code, user_code } = await begin();
    const { identify, post } = browser();
    const question = await identify(user_code, ANN);
    const sent = { form: formIn(question.text), code: user_code.replace('-', ''), answer: 'deny' };
    expect((await post('/device/answer', sent)).text).toContain('Denied');
    expect((await poll(device_code)).body).toEqual({ status: 'denied' });
    expect(state.auditLog.size).toBe(0);
  });

  it('ask for which team, where there are several, and take only one of theirs', async () => {
    const { begin, poll, browser, store } = await aDeviceApi();
    await store.members.put(aMember(ANN, { team: 'other', role: 'viewer' }));
    const { device_code, user_code } = await begin();
    const { identify, post } = browser();
    const question = await identify(user_code, ANN);
    expect(question.text).toMatch(
      /<option value="acme">acme \(developer\)<\/option>\s*<option value="other">/,
    );
    const sent = { form: formIn(question.text), code: user_code.replace('-', ''), answer: 'approve' };
    expect((await post('/device/answer', { ...sent, team: '' })).status).toBe(400);
    expect((await post('/device/answer', { ...sent, team: 'third' })).status).toBe(403);
    expect((await post('/device/answer', { ...sent, team: 'other' })).status).toBe(200);
    expect((await poll(device_code)).body).toMatchObject({ team: 'other', role: 'viewer' });
    for (const team of ['acme', 'third']) expect((await store.auditLog.list(team, page)).items).toEqual([]);
  });

  it('tell somebody who is in no team what to do, and show them nothing', async () => {
    const { begin, browser } = await aDeviceApi();
    const { user_code } = await begin();
    const shown = await browser().identify(user_code, 'eve@other.example');
    expect(shown.status).toBe(403);
    expect(shown.text).toContain('eve@other.example is in no team here');
    expect(shown.text).not.toContain('laptop');
  });

  it('send a mail to an address that the provider does not vouch for, and let nobody in', async () => {
    const { begin, browser, signIn } = await aDeviceApi();
    const { user_code } = await begin();
    const { identify, get } = browser();
    const shown = await identify(user_code, `unverified-${ANN}`);
    expect(shown.status).toBe(403);
    expect(shown.text).toContain('A mail was sent');
    expect(signIn.mails).toHaveLength(1);
    expect((await get('/device/answer')).status).toBe(422);
  });

  it.each([
    ['never was', 'BBBB-BBBB', 0],
    ['is over', null, GRANT_MS],
  ])('say of a code that %s nothing but that nobody waits', async (_, code, later) => {
    const { begin, browser, clock } = await aDeviceApi();
    const { user_code } = await begin();
    clock.now += later;
    const shown = await browser().identify(code ?? user_code, ANN);
    expect(shown.status).toBe(404);
    expect(shown.text).toContain('no terminal waits with this code');
    expect(shown.text).not.toContain('laptop');
  });

  it('keep out an address that guesses codes', async () => {
    const { browser } = await aDeviceApi({ rates: memoryRates({ requests: 99, failures: 2 }) });
    for (const code of ['BBBB-BBBB', 'BBBB-BBBC'])
      expect((await browser().identify(code, ANN)).status).toBe(404);
    const { get } = browser();
    expect((await get('/device')).status).toBe(429);
    expect((await get('/device', { 'x-forwarded-for': '203.0.113.8' })).status).toBe(200);
  });

  it('keep out an address that answers for codes that it guessed, without a look at the question', async () => {
    const { browser } = await aDeviceApi({ rates: memoryRates({ requests: 99, failures: 2 }) });
    const { get, post, identify, cookies } = browser();
    await identify('BBBB-BBBB', ANN);
    // Its own cookie is no secret to a browser: the form's token is in it.
    const [value = ''] = cookies.values();
    const kept = Buffer.from(decodeURIComponent(value).split('.')[0] ?? '', 'base64url').toString();
    const sent = { form: JSON.parse(kept).form, code: 'BBBBBBBB', team: 'acme', answer: 'approve' };
    expect((await post('/device/answer', sent)).status).toBe(404);
    expect((await get('/device')).status).toBe(429);
  });
});

describe('nothing of the pages', () => {
  it('is a script, or another host’s, or for a frame, or kept', async () => {
    const { begin, browser } = await aDeviceApi();
    const { user_code } = await begin();
    const { get, identify } = browser();
    for (const shown of [await get('/device'), await identify(user_code, ANN), await get('/device/return')]) {
      const policy = shown.headers.get('content-security-policy') ?? '';
      expect(policy.split('; ')).toEqual([
        "default-src 'none'",
        expect.stringMatching(/^style-src 'sha256-[\w+/=]{44}'$/),
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]);
      expect(shown.headers.get('x-frame-options')).toBe('DENY');
      expect(shown.headers.get('cache-control')).toBe('no-store');
      expect(shown.headers.get('referrer-policy')).toBe('same-origin');
      expect(shown.text).not.toMatch(/<script|\son\w+=|style=|src=/);
    }
  });

  it('is what a terminal calls itself', async () => {
    const { begin, browser } = await aDeviceApi();
    const client = `</q><script>alert(1)</script><img src=x onerror="alert(2)">'"&`;
    const { user_code } = await begin(client);
    const { text } = await browser().identify(user_code, ANN);
    expect(text).not.toMatch(/<script|<img/);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('is what the address says', async () => {
    const { browser } = await aDeviceApi();
    const { text } = await browser().get(`/device?code=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(text).not.toContain('alert(1)');
    expect(text).toContain('value="" placeholder="XXXX-XXXX"');
  });
});

describe('the cookie', () => {
  it('is for this host alone, and for no script', async () => {
    const { set } = await (await aDeviceApi()).browser().get('/device');
    const [cookie = ''] = set;
    expect(cookie).toMatch(/^__Host-bitflow-device=/);
    expect(cookie.split('; ').slice(1).toSorted()).toEqual([
      'HttpOnly',
      'Max-Age=600',
      'Path=/',
      'SameSite=Lax',
      'Secure',
    ]);
    const local = await aDeviceApi({ publicUrl: 'http://127.0.0.1:8080' });
    const [plain = ''] = (await local.browser().get('/device')).set;
    expect(plain).toMatch(/^bitflow-device=.*; Path=\/device; HttpOnly; SameSite=Lax$/);
  });

  it('holds nothing that opens anything, and is taken as it was given', async () => {
    const { begin, browser } = await aDeviceApi();
    const { user_code } = await begin();
    const { cookies, identify, get } = browser();
    await identify(user_code, ANN);
    const [[name, value] = ['', '']] = cookies;
    expect(Buffer.from(decodeURIComponent(value).split('.')[0] ?? '', 'base64url').toString()).not.toContain(
      'id-token',
    );
    const [payload = '', signature = ''] = decodeURIComponent(value).split('.');
    const other = Buffer.from(payload, 'base64url').toString().replace(ANN, 'bob@acme.example');
    cookies.set(name, encodeURIComponent(`${Buffer.from(other).toString('base64url')}.${signature}`));
    expect((await get('/device/answer')).status).toBe(422);
  });

  it('is over after ten minutes, whatever the browser keeps', async () => {
    const { begin, browser, clock } = await aDeviceApi();
    const { user_code } = await begin();
    const { identify, get } = browser();
    await identify(user_code, ANN);
    clock.now += 10 * 60_000;
    expect((await get('/device/answer')).status).toBe(422);
  });
});
