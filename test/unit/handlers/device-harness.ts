import { z } from 'zod';
import { memoryRates } from '#adapters/rates.ts';
import { DeviceCodeView } from '#core/api/device.ts';
import type { Rates } from '#core/ports.ts';
import type { Api } from '#handlers/api/context.ts';
import { anApi } from '#test/support/api.ts';
import { aMember, aTeam } from '#test/support/memory/examples.ts';
import { storeOn } from '#test/support/memory/index.ts';
import { memorySignIn } from '#test/support/memory/sign-in.ts';
import { newState } from '#test/support/memory/state.ts';
import { aService } from '#test/unit/use-cases/harness.ts';

export const ANN = 'ann@acme.example';
export const URL_OF = 'https://builds.example.com';

/** No limits but on what asks too often. */
export const NO_RATES: Rates = {
  ...memoryRates({ requests: 1e9, failures: 1e9, signIns: 1e9 }),
  polledTooSoon: async () => false,
};

/** The API of an installation where Ann is a developer of `acme`, with a provider who believes everybody. */
export async function aDeviceApi({ publicUrl = URL_OF, rates = NO_RATES } = {}) {
  const state = newState();
  const store = storeOn(state);
  for (const id of ['acme', 'other']) await store.teams.create(aTeam({ id }));
  await store.members.put(aMember(ANN, { role: 'developer' }));
  const service = aService();
  const signIn = memorySignIn();
  const people = {
    verify: async (token: string) => {
      const email = /^id-token-of-(?!unverified)(.+)$/.exec(token)?.[1]?.replace('~', '@');
      return email === undefined ? null : { email };
    },
  };
  const access = { people, gateway: null, rates, proxies: 1 };
  const api = anApi({ store, access, deviceSignIn: { signIn, publicUrl } }, service);
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await api.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7', ...headers },
      body: JSON.stringify(body),
    });
    const json: unknown = await answer.json();
    return { status: answer.status, headers: answer.headers, body: z.looseObject({}).parse(json) };
  };
  return {
    api,
    store,
    state,
    signIn,
    clock: service.clock,
    post,
    begin: async (client = 'bitflow on laptop') =>
      DeviceCodeView.parse((await post('/v1/device/code', { client })).body),
    poll: (device_code: string) => post('/v1/device/token', { device_code }),
    browser: () => aBrowser(api, publicUrl),
  };
}
export type DeviceApi = Awaited<ReturnType<typeof aDeviceApi>>;

/** As much of a browser as the pages take: it keeps cookies, and says where its forms are from. */
function aBrowser(api: Api, publicUrl: string) {
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      'x-forwarded-for': '203.0.113.7',
      cookie,
      ...Object.fromEntries(new Headers(init.headers)),
    };
    const answer = await api.request(`${publicUrl}${path}`, { ...init, headers });
    const set = answer.headers.getSetCookie();
    for (const one of set) {
      const [pair = '', ...attributes] = one.split('; ');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      if (attributes.includes('Max-Age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: answer.status, headers: answer.headers, text: await answer.text(), set };
  };
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: publicUrl, ...headers },
      body: String(new URLSearchParams(form)),
    });
  return {
    cookies,
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    post,
    /** Goes as far as the question. @returns its page. */
    identify: async (code: string, email: string) => {
      const start = await ask(`/device?code=${code}`);
      const left = await post('/device', { form: formIn(start.text), code, provider: 'google.com' });
      const state = new URL(addressIn(left.text)).searchParams.get('state') ?? '';
      const back = await ask(`/device/return?${new URLSearchParams({ state, as: email })}`);
      if (back.status !== 303) return back;
      return ask(back.headers.get('location') ?? '');
    },
  };
}

/** The token of a page's form. */
export const formIn = (page: string): string => /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';

/** Where a page leads to. */
export const addressIn = (page: string): string =>
  (/http-equiv="refresh" content="0; url=([^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
