import { describe, expect, it } from 'vitest';
import { ANN, aDeviceApi, addressIn, formIn, URL_OF } from './device-harness.ts';

describe('another site', () => {
  it('can send no form', async () => {
    const { begin, browser } = await aDeviceApi();
    const { user_code } = await begin();
    const { identify, post } = browser();
    const question = await identify(user_code, ANN);
    const sent = {
      form: formIn(question.text),
      code: user_code.replace('-', ''),
      team: 'acme',
      answer: 'approve',
    };
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
      { origin: 'https://evil.builds.example.com', 'sec-fetch-site': 'same-site' },
    ])
      expect((await post('/device/answer', sent, headers)).status).toBe(403);
    for (const form of ['', 'guessed', formIn((await browser().get('/device')).text)])
      expect((await post('/device/answer', { ...sent, form })).status).toBe(422);
    expect((await post('/device/answer', { ...sent, form: '' })).status).toBe(422);
    expect((await post('/device/answer', sent)).status).toBe(200);
  });

  it('can have nobody finish a sign-in that another began', async () => {
    const { begin, browser } = await aDeviceApi();
    const { user_code } = await begin();
    const attacker = browser();
    const start = await attacker.get(`/device?code=${user_code}`);
    const left = await attacker.post('/device', {
      form: formIn(start.text),
      code: user_code,
      provider: 'google.com',
    });
    const state = new URL(addressIn(left.text)).searchParams.get('state') ?? '';
    const back = `/device/return?${new URLSearchParams({ state, as: 'attacker@other.example' })}`;
    const victim = browser();
    expect((await victim.get(back)).status).toBe(422);
    // Nor with a sign-in of their own under way.
    const own = await victim.get(`/device?code=${user_code}`);
    await victim.post('/device', { form: formIn(own.text), code: user_code, provider: 'github.com' });
    expect((await victim.get(back)).status).toBe(422);
  });

  it('can change no code between the page and its answer', async () => {
    const { begin, browser, poll } = await aDeviceApi();
    const mine = await begin('mine');
    const theirs = await begin('theirs');
    const { identify, post } = browser();
    const old = await identify(mine.user_code, ANN);
    const now = await identify(theirs.user_code, ANN);
    const sent = { team: 'acme', answer: 'approve', code: mine.user_code.replace('-', '') };
    // An older tab of the same browser, and the newer one with the older one's code.
    expect((await post('/device/answer', { ...sent, form: formIn(old.text) })).status).toBe(422);
    expect((await post('/device/answer', { ...sent, form: formIn(now.text) })).status).toBe(422);
    for (const { device_code } of [mine, theirs])
      expect((await poll(device_code)).body).toMatchObject({ status: 'pending' });
  });

  it('is where the form leads, by no redirect that `form-action` would hold for', async () => {
    const { begin, browser } = await aDeviceApi();
    const { user_code } = await begin();
    const { get, post } = browser();
    const form = formIn((await get('/device')).text);
    const left = await post('/device', { form, code: user_code.toLowerCase(), provider: 'github.com' });
    expect(left.status).toBe(200);
    const address = new URL(addressIn(left.text));
    expect(address.origin).toBe('https://provider.example');
    expect(address.searchParams.get('redirect_uri')).toBe(`${URL_OF}/device/return`);
    const again = formIn((await get('/device')).text);
    expect((await post('/device', { form: again, code: 'nonsense', provider: 'github.com' })).status).toBe(
      400,
    );
    expect((await post('/device', { form: again, code: user_code, provider: 'evil.com' })).status).toBe(400);
  });
});
