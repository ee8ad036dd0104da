import { hostname } from 'node:os';
import type { Api } from '../kit/api.ts';
import type { Cli } from '../kit/cli.ts';
import { apiAt, serviceOf } from '../kit/connect.ts';
import { credentialsFile, keepCredential, parseToken } from '../kit/credentials.ts';
import { secretFrom } from '../kit/prompt.ts';
import { keepSetting } from '../kit/settings.ts';
import { clean } from '../kit/text.ts';
import { when } from '../kit/when.ts';
import { openBrowser } from './browser.ts';
import { addressesOf, confirmed } from './device.ts';
import { whoText } from './who.ts';

export interface LoginOptions {
  readonly withToken?: boolean | undefined;
  /** False with `--no-browser`. */
  readonly browser: boolean;
}

/** `bitflow login`. */
export async function login(cli: Cli, { withToken = false, browser }: LoginOptions): Promise<void> {
  const url = await serviceOf(cli);
  if (withToken) await keepGiven(cli, url);
  else await letIn(cli, await apiAt(cli, url, null), browser);
  if (cli.around.env.BITFLOW_TOKEN)
    cli.screen.warn('BITFLOW_TOKEN is set, and goes before the token that was kept now: unset it.');
}

/** A token that somebody has: kept once the service knows it. */
async function keepGiven(cli: Cli, url: string): Promise<void> {
  const token = parseToken((await secretFrom(cli, `token for ${url}`)).reveal(), 'standard input');
  const { value } = await (await apiAt(cli, url, token)).call('me.get');
  await keepCredential(cli.around.env, url, token);
  await keepSetting(cli.around.env, 'url', url);
  const { owner, acting_for: acting, expires_at } = value;
  const [team = null, role = null] = acting === null ? [] : [acting.team, acting.role];
  say(cli, { url, email: owner, team, role, token_id: value.kind === 'token' ? value.id : null, expires_at });
}

/** A person confirms in a browser, wherever that is, and this terminal gets a token of theirs (RFC 8628). */
async function letIn(cli: Cli, api: Api, browser: boolean): Promise<void> {
  const { screen, around } = cli;
  const name = `bitflow on ${hostname()}`.slice(0, 100);
  const { value: begun, raw } = await api.call('device.code', { body: { client: name } });
  const { address, complete } = addressesOf(begun, api.url);
  const code = clean(begun.user_code);
  if (screen.json) screen.record({ event: 'code', ...shown(raw) });
  else {
    screen.warn(`Your code: ${screen.paint.bold(code)}`);
    screen.warn(`Confirm it at ${screen.paint.underline(complete)}`);
    screen.warn(screen.paint.dim(`(in any browser: ${address} asks for the code)`));
  }
  if (browser && !screen.json) await openBrowser(complete, around);
  const made = await confirmed(cli, api, begun);
  const { email, team, role, expires_at, token_id } = made;
  await keepCredential(around.env, api.url, parseToken(made.token, api.url));
  await keepSetting(around.env, 'url', api.url);
  await leaveOtherTeam(cli, team);
  say(cli, { url: api.url, email, team, role, token_id, expires_at });
}

/** The team that was set goes before the token's own, and a token is of one team: all would be refused. */
async function leaveOtherTeam(cli: Cli, team: string): Promise<void> {
  const { value, from } = (await cli.settings()).team;
  if (value === null || value === team) return;
  const isFlag = from === '--team' || from === 'BITFLOW_TEAM';
  if (!isFlag) await keepSetting(cli.around.env, 'team', null);
  cli.screen.note(
    isFlag
      ? `${from} says ${value}, and this sign-in is for the team ${clean(team)}: leave it out.`
      : `The team ${value} is set no longer: this sign-in is for ${clean(team)}.`,
  );
}

interface SignedIn {
  readonly url: string;
  readonly email: string | null;
  readonly team: string | null;
  readonly role: string | null;
  readonly token_id: string | null;
  readonly expires_at: string | null;
}

function say({ screen, around }: Cli, signedIn: SignedIn): void {
  if (screen.json) {
    screen.record({ event: 'signed_in', ...signedIn });
    return;
  }
  const { url, email, team, role, token_id, expires_at } = signedIn;
  screen.line(`Signed in to ${url} as ${whoText(email, token_id)}`);
  if (team !== null)
    screen.line(
      `${role} of the team ${clean(team)}${expires_at === null ? '' : `; the token ends ${when(screen, expires_at)}`}`,
    );
  screen.note(`The token is in ${credentialsFile(around.env)}. Now: bitflow builds list`);
}

/** What a program may be told: all but the device code, which is as good as the token. */
function shown(raw: unknown): object {
  const { device_code: _, ...rest } = raw as Readonly<Record<string, unknown>>;
  return rest;
}
