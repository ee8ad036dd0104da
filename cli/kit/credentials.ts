import { join } from 'node:path';
import { z } from 'zod';
import { Secret } from '#core/secret.ts';
import { configDir } from './config-dir.ts';
import { CliError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { jsonOrNull } from './json.ts';
import { readPrivate, writePrivate } from './private-file.ts';
import type { Surroundings } from './streams.ts';

/** Tokens by the origin that gave them: one is sent nowhere else. */
const CredentialsFile = z.object({
  version: z.literal(1),
  tokens: z.record(z.string(), z.object({ token: z.string() })),
});

/** What a token looks like: an API token, or an ID token (three parts of base64url). */
const TOKEN = /^[A-Za-z0-9._~+/=-]{16,4096}$/;

/** A token, and where it is from. */
export interface Credential {
  readonly token: Secret;
  /** `BITFLOW_TOKEN`, or the file's path. */
  readonly from: string;
}

export const credentialsFile = (env: Surroundings['env']): string => join(configDir(env), 'credentials.json');

/** The token for a service; null: none. */
export async function readCredential(env: Surroundings['env'], url: string): Promise<Credential | null> {
  if (env.BITFLOW_TOKEN)
    return { token: parseToken(env.BITFLOW_TOKEN, 'BITFLOW_TOKEN'), from: 'BITFLOW_TOKEN' };
  const path = credentialsFile(env);
  const { tokens } = await read(path);
  const found = tokens[url]?.token;
  return found === undefined ? null : { token: parseToken(found, path), from: path };
}

/** Keeps the token for a service, in a file that only its user reads; null forgets it. */
export async function keepCredential(
  env: Surroundings['env'],
  url: string,
  token: Secret | null,
): Promise<void> {
  const path = credentialsFile(env);
  const { tokens } = await read(path);
  const { [url]: _, ...others } = tokens;
  const kept = token === null ? others : { ...others, [url]: { token: token.reveal() } };
  await writePrivate(path, `${JSON.stringify({ version: 1, tokens: kept }, null, 2)}\n`);
}

/** A token as it was given. Throws CliError (2) for what cannot be one; its words never hold it. */
export function parseToken(text: string, from: string): Secret {
  const trimmed = text.trim();
  if (TOKEN.test(trimmed)) return new Secret(trimmed);
  throw new CliError(EXIT.usage, `${from}: this is no token`, 'A token of this service begins with bft_.');
}

async function read(path: string): Promise<z.infer<typeof CredentialsFile>> {
  const text = await readPrivate(path);
  if (text === null) return { version: 1, tokens: {} };
  const parsed = CredentialsFile.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  // Not with its cause: the file holds tokens.
  throw new CliError(
    EXIT.usage,
    `${path} is not as it should be`,
    'Delete it and sign in again: bitflow login',
  );
}
