import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { DeviceCodeView, DeviceTokenView } from '#core/api/device.ts';
import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { CliError } from '../kit/errors.ts';
import { EXIT } from '../kit/exit-codes.ts';
import { clean } from '../kit/text.ts';
import { waitingFor } from './waiting.ts';

type Begun = z.infer<typeof DeviceCodeView>;
type Approved = Extract<z.infer<typeof DeviceTokenView>, { status: 'approved' }>;

/** How much longer than the codes are good it is asked (ms): what was approved at the last moment can be fetched. */
const GRACE_MS = 60_000;
/** The least and the most that a service may have us wait between two requests (s). */
const INTERVAL_S = { least: 0.1, most: 60 };

/**
 * Where the person confirms. It must be the service that the token will be of: whoever could name another place
 * would have people type the code there. Throws CliError (5).
 */
export function addressesOf(begun: Begun, url: string): { address: string; complete: string } {
  for (const address of [begun.verification_uri, begun.verification_uri_complete]) {
    const { origin } = new URL(address);
    if (origin === url) continue;
    const next = `If you know that address, sign in there: bitflow login --url ${clean(origin)}`;
    const what = `${url} sends you to another address, ${clean(origin)}`;
    throw new CliError(EXIT.unreachable, what, next, { code: 'strange_answer' });
  }
  return {
    address: new URL(begun.verification_uri).href,
    complete: new URL(begun.verification_uri_complete).href,
  };
}

/** Waits until somebody answers. Throws CliError: 3 where they said no, or nobody said anything in time. */
export async function confirmed(cli: Cli, api: Api, begun: Begun): Promise<Approved> {
  const { signal, screen } = cli;
  const until = Date.now() + begun.expires_in * 1000 + GRACE_MS;
  const waiting = waitingFor(cli, 'Waiting for you to confirm');
  let interval = begun.interval;
  let away = false;
  try {
    for (;;) {
      const pauseS = Math.min(Math.max(interval, INTERVAL_S.least), INTERVAL_S.most);
      await sleep(pauseS * 1000, undefined, { signal });
      const answer = await ask(api, begun.device_code, Date.now() < until);
      if (answer === null) {
        if (!away) waiting.say('The service does not answer: still trying');
        away = true;
        continue;
      }
      if (away) waiting.say('Waiting for you to confirm');
      away = false;
      if (answer.status === 'approved') return answer;
      if (answer.status === 'denied')
        throw new CliError(EXIT.notAllowed, 'it was denied in the browser', AGAIN, { code: 'access_denied' });
      if (!('interval' in answer))
        throw new CliError(EXIT.notAllowed, 'nobody confirmed in time', AGAIN, { code: 'expired_token' });
      interval = answer.interval;
    }
  } finally {
    waiting.end();
    if (signal.aborted)
      screen.note('Interrupted: nothing was kept, and the code is of no use to anybody else.');
  }
}

const AGAIN = 'For a new code: bitflow login';

/** Asks once; null: the service is away, which it may be for a while. */
async function ask(api: Api, device_code: string, patient: boolean) {
  try {
    return (await api.call('device.token', { body: { device_code } })).value;
  } catch (error) {
    const isAway = error instanceof CliError && error.exitCode === EXIT.unreachable;
    if (isAway && error.code !== 'strange_answer' && patient) return null;
    throw error;
  }
}
