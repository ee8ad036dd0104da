import type { Cli } from '../kit/cli.ts';
import { credentialsFile, readCredential } from '../kit/credentials.ts';
import { configFile, findSettings, type Given } from '../kit/settings.ts';

/** `bitflow config list`: also where a setting is wrong, which every other command refuses. */
export async function listConfig(cli: Cli): Promise<void> {
  const { screen, options, around } = cli;
  const { env } = around;
  const settings = await findSettings(options, env);
  const files = { config: configFile(env), credentials: credentialsFile(env) };
  const token = await tokenFrom(settings, env);
  if (screen.json) return screen.value({ settings, token: { from: token }, files });
  const rows = settings.map(({ name, value, from }) => [name, value ?? 'not set', from ?? '']);
  screen.rows(
    [{ title: 'setting' }, { title: 'value', flexible: true }, { title: 'from', flexible: true }],
    [...rows, ['token', token === null ? 'none' : 'kept secret', token ?? '']],
    '',
  );
  for (const { from, name, problem } of settings)
    if (problem !== null) screen.warn(`${from}: ${name} ${problem}`);
  screen.note(`\nSettings are kept in ${files.config},\ntokens in ${files.credentials}.`);
}

/** Where the token for the service is from; null: there is none, or no service. */
async function tokenFrom(settings: readonly Given[], env: Cli['around']['env']): Promise<string | null> {
  const url = settings.find(({ name, problem }) => name === 'url' && problem === null)?.value;
  if (env.BITFLOW_TOKEN) return 'BITFLOW_TOKEN';
  return url == null ? null : ((await readCredential(env, url))?.from ?? null);
}
