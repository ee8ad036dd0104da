import { DEFAULT_CONFIG } from '#core/build-config.ts';
import type { ExchangeGrant } from '#core/exchange.ts';

/** A grant as the exchange gives it, with every kind of secret in it. */
export const GRANT: ExchangeGrant = {
  version: 1,
  build: {
    ...{ id: 'b-0123456789abcdef01234567', attempt: 1, repository: 'acme/shop', ref: 'refs/heads/main' },
    ...{
      commit_sha: 'a'.repeat(40),
      root_directory: '.',
      builder_type: 'auto',
      trusted: true,
      timeout_s: 600,
      config: DEFAULT_CONFIG,
    },
  },
  clone: {
    url: 'https://git.example.com/acme/shop',
    credential: { username: 'x', password: 'clone-password' },
  },
  registry: {
    staging: 'registry.example.com/staging/shop',
    staging_tag: 'b-1',
    cache_from: ['registry.example.com/cache/shop'],
    cache_to: 'registry.example.com/cache/shop',
    credential: { username: 'oauth2accesstoken', password: 'registry-password' },
  },
  secrets: { API_KEY: 'build-secret-value' },
  event_key: 'event-key-value',
  topics: { events: 'build-events', logs: 'build-logs' },
  callback: { url: 'https://api.example.com/v1/builds/b-1/callback', token: 'callback-token-value' },
  limits: { image_bytes: 1000, log_bytes: 1_000_000 },
};
