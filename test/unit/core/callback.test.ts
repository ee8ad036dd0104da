import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CALLBACK_SIGNATURE_HEADER, CallbackMessage, signCallback } from '#core/callback.ts';
import { callbackToken, eventKey, exchangeToken } from '#core/ids.ts';
import { Secret } from '#core/secret.ts';

const page = await readFile(fileURLToPath(new URL('../../../docs/callback.md', import.meta.url)), 'utf8');

describe('docs/callback.md', () => {
  it('shows one valid message of each status', () => {
    const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) => JSON.parse(text));
    expect(examples.map((example) => CallbackMessage.parse(example))).toEqual(examples);
    expect(examples.map(({ status }) => status)).toEqual(['RUNNING', 'SUCCEEDED', 'FAILED']);
  });

  it('shows a right signature', () => {
    const [, token = ''] = /^TOKEN='(.+)'$/m.exec(page) ?? [];
    const [, body = ''] = /^BODY='(.+)'$/m.exec(page) ?? [];
    const [, digest = ''] = /^# ([0-9a-f]{64})$/m.exec(page) ?? [];
    expect(CallbackMessage.parse(JSON.parse(body)).status).toBe('RUNNING');
    expect(signCallback(token, body)).toBe(`sha256=${digest}`);
    expect(page).toContain(`\n${CALLBACK_SIGNATURE_HEADER}: sha256=${digest}\n`);
  });
});

describe('callbackToken', () => {
  const key = new Secret('key');

  it('is one for each build and attempt, and no other token of it', () => {
    const tokens = [
      callbackToken(key, 'b-1', 1),
      callbackToken(key, 'b-1', 2),
      callbackToken(key, 'b-2', 1),
      callbackToken(new Secret('other'), 'b-1', 1),
      eventKey(key, 'b-1', 1),
      exchangeToken(key, 'b-1', 1),
    ];
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(callbackToken(key, 'b-1', 1)).toBe(tokens[0]);
  });
});

describe('CallbackMessage', () => {
  it('refuses a success whose digest is not that of its result', () => {
    const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
    const message = {
      ...{ version: 1, build_id: 'b-1', status: 'SUCCEEDED', at: 0, stages: [], digest: digest('1') },
      result: {
        index_digest: digest('1'),
        manifests: [{ platform: 'linux/amd64', manifest_digest: digest('2') }],
        size_bytes: 1,
        builder_type: 'nixpacks',
      },
    };
    expect(CallbackMessage.safeParse(message).success).toBe(true);
    expect(CallbackMessage.safeParse({ ...message, digest: digest('3') }).success).toBe(false);
  });
});
